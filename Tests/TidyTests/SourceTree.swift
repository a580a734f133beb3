import Foundation

/// The checkout as text: what the tidy tests read.
struct SourceTree {
    let root: URL

    /// The tree that this file stands in.
    static let current = SourceTree(
        root: URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent())

    /// One source file: its path below the root and its lines.
    struct File {
        let path: String
        let lines: [String]

        /// The target the file belongs to: `Sources/CKKS/Keys.swift` is in `CKKS`.
        var target: String { String(path.split(separator: "/")[1]) }

        var isGenerated: Bool { path.contains("/Generated/") || path.hasSuffix(".pb.swift") }
    }

    /// All files below `folder` with one of the extensions.
    func files(in folder: String, extensions: Set<String>) throws -> [File] {
        let base = root.appending(path: folder)
        guard let walker = FileManager.default.enumerator(atPath: base.path) else { return [] }
        var files: [File] = []
        for case let path as String in walker
        where extensions.contains((path as NSString).pathExtension) {
            let text = try String(contentsOf: base.appending(path: path), encoding: .utf8)
            files.append(
                File(path: "\(folder)/\(path)", lines: text.components(separatedBy: "\n")))
        }
        return files.sorted { $0.path < $1.path }
    }

    /// The text of the manifest.
    func manifest() throws -> String {
        try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
    }
}

/// The targets of the manifest and what each declares to depend on.
struct ManifestArrows {
    let dependencies: [String: Set<String>]

    /// Reads the target declarations out of the manifest's text.
    init(manifest: String, modules: Set<String>) {
        var found: [String: Set<String>] = [:]
        let declaration =
            /(?:module|tests|\.systemLibrary|\.target|\.executableTarget)\(\s*(?:name:\s*)?"(\w+)"/
        let matches = manifest.matches(of: declaration)
        for (index, match) in matches.enumerated() {
            let end =
                index + 1 < matches.count ? matches[index + 1].range.lowerBound : manifest.endIndex
            let body = manifest[match.range.upperBound..<end]
            let names = body.matches(of: /"(\w+)"/).map { String($0.output.1) }
            found[String(match.output.1), default: []].formUnion(names.filter(modules.contains))
        }
        dependencies = found
    }
}
