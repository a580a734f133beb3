import Foundation
import Tacit

/// The plan that `tacit compile` prints: layers, levels, key switches, sizes, precision, security.
struct PlanReport: Encodable {
    let model: String
    let scheme: String
    let degree: Int?
    let modelByteCount: Int
    let cardByteCount: Int
    let rotationKeyCount: Int
    /// Largest error of rows that are encrypted with a public key, which carry more noise.
    let publicKeyErrorBound: Double
    let certificate: Certificate

    init(model: Model, modelByteCount: Int) {
        let card = model.card
        self.model = card.contents.name
        self.modelByteCount = modelByteCount
        scheme = card.contents.scheme.name
        cardByteCount = card.bytes.count
        publicKeyErrorBound = card.contents.output.publicKeyErrorBound
        certificate = model.certificate
        if case .ckks(let lattice) = card.contents.scheme {
            degree = lattice.parameters.degree
            rotationKeyCount = lattice.keys.rotations.count
        } else {
            degree = nil
            rotationKeyCount = 0
        }
    }

    var text: String {
        var parts = [Console.table(layerRows, leading: 2)]
        if !certificate.approximations.isEmpty {
            parts.append(Console.table(approximationRows, leading: 2))
        }
        parts.append(Console.table(summaryRows))
        return parts.joined(separator: "\n\n")
    }

    private var layerRows: [[String]] {
        let header = [
            "layer", "operation", "level", "scale bits", "magnitude", "key switches", "error bits",
        ]
        return [header]
            + certificate.layers.map { layer in
                [
                    layer.name, layer.operation, "\(layer.level)", Console.decimal(layer.scaleBits),
                    Console.short(layer.magnitude), "\(layer.keySwitches)",
                    Console.decimal(layer.errorBits),
                ]
            }
    }

    private var approximationRows: [[String]] {
        [["approximated", "function", "interval", "degree", "largest error"]]
            + certificate.approximations.map {
                [
                    $0.name, $0.function,
                    "\(Console.short($0.interval.lower))..\(Console.short($0.interval.upper))",
                    "\($0.degree)", Console.short($0.maximumError),
                ]
            }
    }

    private var summaryRows: [[String]] {
        var rows = [["scheme", scheme]]
        if let degree { rows.append(["degree", "\(degree)"]) }
        let bits = Int(certificate.modulusBits.rounded())
        rows += [
            [
                "security",
                degree == nil
                    ? "\(certificate.security) bits (modulus \(bits) bits, NIST SP 800-57)"
                    : "\(certificate.security) bits (log2(QP) \(bits), bound \(certificate.modulusBound), "
                        + "guideline 2024/463)",
            ],
            ["key switches per ciphertext", "\(certificate.keySwitchCount)"],
            ["rotation keys", "\(rotationKeyCount)"],
            ["rows per ciphertext", "\(certificate.rowsPerCiphertext)"],
            ["ranges", certificate.rangeSource],
            ["error bound", Console.short(certificate.errorBound)],
        ]
        if publicKeyErrorBound != certificate.errorBound {
            rows.append([
                "error bound by public key", Console.short(publicKeyErrorBound),
            ])
        }
        if certificate.predictedMilliseconds > 0 {
            rows.append([
                "predicted time",
                "\(Console.time(.seconds(certificate.predictedMilliseconds / 1e3))) a request, one thread "
                    + "(costs \(certificate.costSource))",
            ])
        }
        if let effect = certificate.approximationEffect {
            rows.append(["effect of approximations on calibration rows", Console.short(effect)])
        }
        for hiding in [certificate.flooding, certificate.sharing].compactMap(\.self) {
            rows.append([
                hiding.kind == .flooding ? "noise in responses" : "noise in shared results",
                "\(hiding.statement); deviation 2^\(Console.decimal(log2(hiding.deviation))), "
                    + "\(Console.short(hiding.scoreDeviation)) in a score, "
                    + "\(Console.decimal(hiding.precisionBits)) bits remain",
            ])
        }
        if let plain = certificate.unhidden {
            rows.append([
                "without room for noise",
                "degree \(plain.degree), log2(QP) \(Int(plain.modulusBits.rounded())), error bound "
                    + "\(Console.short(plain.errorBound)), "
                    + Console.time(.seconds(plain.predictedMilliseconds / 1e3)),
            ])
        }
        rows += [
            ["compiled model", Console.bytes(modelByteCount)],
            ["card", Console.bytes(cardByteCount)],
        ]
        rows += certificate.reasons.map { ["because", $0] }
        return rows
    }
}
