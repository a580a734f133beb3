import Foundation
import Inference
import Testing

/// Damaged files give errors or models, never a trap.
struct MutationTests {
    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private func mutate(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let position = Int.random(in: 0..<result.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: result[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: result[position] = UInt8.random(in: 0...255, using: &generator)
            case 2:
                result[position] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
            case 3 where result.count > 2: result.remove(at: position)
            case 4: result.insert(UInt8.random(in: 0...255, using: &generator), at: position)
            default:
                let end = min(result.count, position + Int.random(in: 1...12, using: &generator))
                result.insert(contentsOf: result[position..<end], at: position)
            }
        }
        return result
    }

    @Test(arguments: VectorFile.sets)
    func mutatedFilesNeverTrap(set: String) throws {
        let file = try VectorFile.load(set)
        var limits = ImportLimits()
        limits.tensorElements = 1 << 16
        limits.valueElements = 1 << 12
        limits.matrixEntries = 1 << 18
        let importer = ONNXImporter(limits: limits)
        var generator = Generator(state: 7)
        var accepted = 0
        var refused = 0
        for vector in file.cases {
            let bytes = try [UInt8](Data(contentsOf: VectorFile.model(vector.name, of: set)))
            for _ in 0..<30 {
                let damaged = Data(mutate(bytes, &generator))
                do {
                    let model = try importer.read(damaged, folder: VectorFile.folder)
                    let row = (0..<model.network.inputCount).map { Double($0 % 3) - 1 }
                    _ = try? model.tail.run(ClearExecutor(model.network).trace(row).last ?? [])
                    accepted += 1
                } catch {
                    #expect(!"\(error)".isEmpty)
                    refused += 1
                }
            }
        }
        #expect(
            25 * accepted > accepted + refused && 5 * refused > accepted + refused,
            "\(accepted) accepted, \(refused) refused")
    }
}
