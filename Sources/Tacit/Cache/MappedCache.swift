import Foundation
import Ring
public import Secrets
import Synchronization

/// Expanded evaluation keys and encoded weights on the disk, in a private folder, to be mapped instead of made again.
///
/// Nothing in it is secret, and everything in it can be made again: clear it whenever you like. Several processes may
/// share one folder; what they map is in memory once. The library writes no such files unless it is given a cache.
public final class MappedCache: Sendable {
    /// The folder.
    public let folder: PrivateFolder
    /// Bytes that its files may take; those used least recently make room.
    public let byteLimit: Int

    private let warn: @Sendable (String) -> Void
    private let writing = DispatchGroup()
    private let written = Mutex(0)
    private let queue = DispatchQueue(label: "tacit.cache", qos: .utility)

    /// The limit unless another is asked for: 4 GiB.
    public static let standardByteLimit = 4 << 30

    /// Opens the cache in a folder, which is made unless it is there.
    ///
    /// - Parameters:
    ///   - path: the folder; nil for the standard one.
    ///   - byteLimit: bytes that the files may take.
    ///   - warn: told what could not be read or written; predictions work all the same.
    /// - Throws: `SecretsError` for a folder that others can read or own, or that is a symbolic link.
    public init(
        path: String? = nil, byteLimit: Int = standardByteLimit,
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(SecretsError) {
        folder = try PrivateFolder(path: path ?? CacheFolder.path("mapped"))
        self.byteLimit = byteLimit
        self.warn = warn
    }

    /// Waits until everything that was made since is written, and removes what is beyond the limit, which may be
    /// smaller than it was.
    public func finishWriting() {
        trim()
        writing.wait()
    }

    /// Removes in the background what was not used for longest, until the rest is within the limit.
    public func trim() {
        queue.async(group: writing) { [self] in
            do throws(SecretsError) { try folder.trim(toByteLimit: byteLimit) } catch {
                warn("the cache cannot be brought to \(byteLimit) bytes: \(error)")
            }
        }
    }

    /// Bytes that were written since this was opened.
    public var writtenByteCount: Int { written.withLock { $0 } }

    /// Maps a file; nil where it is not there, or is none that can be used, which is then removed.
    func open<Value>(
        _ address: CacheAddress, _ read: (CacheFile) throws -> Value
    ) -> (value: Value, check: IntegrityCheck)? {
        do {
            let mapped = try folder.withFile(address.fileName) { descriptor, byteCount in
                (MappedMemory(descriptor: descriptor, byteCount: byteCount), byteCount)
            }
            guard let mapped else { return nil }
            guard let memory = mapped.0 else {
                throw CacheFileError("\(mapped.1) bytes cannot be mapped")
            }
            let file = try CacheFile(memory, address: address)
            let value = try read(file)
            let check = IntegrityCheck(file) { [self] in
                discard(address, "its contents have changed")
            }
            return (value, check)
        } catch {
            discard(address, "\(error)")
            return nil
        }
    }

    /// Whether a source is what its seal says: known of the same unchanged file, or else found out by reading all of
    /// it, so that a damaged one is refused as it is without a cache.
    func isWhole(_ seal: FrameSeal, digest: () -> Digest32?) -> Bool {
        if let stamp = seal.stamp,
            (try? folder.withFile(Self.mark(seal, stamp)) { _, _ in true }) == true
        {
            return true
        }
        guard let found = digest(), found.bytes.elementsEqual(seal.digest) else { return false }
        remember(seal)
        return true
    }

    /// Remembers that a file was read as a whole.
    func remember(_ seal: FrameSeal) {
        guard let stamp = seal.stamp else { return }
        queue.async(group: writing) { [self] in
            _ = try? folder.write(Self.mark(seal, stamp), byteLimit: byteLimit) { _ in }
        }
    }

    private static func mark(_ seal: FrameSeal, _ stamp: Digest32) -> String {
        "\(CacheAddress.prefix(seal))-\(stamp)\(markSuffix)"
    }

    /// The end of the names of empty files that remember.
    static let markSuffix = ".seen"

    /// Removes what was made from a file of evaluation keys, before that goes.
    package func forget(keysAt path: String) {
        guard let seal = try? FrameSeal(path: path, as: .evaluationKeys) else { return }
        let prefix = CacheAddress.prefix(seal)
        // After what is being written.
        queue.async(group: writing) { [self] in
            for item in (try? folder.items()) ?? [] where item.name.hasPrefix(prefix) {
                try? folder.remove(item.name)
            }
        }
    }

    private func discard(_ address: CacheAddress, _ reason: String) {
        warn(
            "the cached \(address.kind.name) \(folder.path)/\(address.fileName) cannot be used (\(reason)); made again"
        )
        try? folder.remove(address.fileName)
    }

    /// Writes a file in the background; what cannot be written is a warning, and made again next time.
    func store(_ address: CacheAddress, _ content: some CacheContent) {
        queue.async(group: writing) { [self] in
            do {
                let head = try CacheFile.head(address, content)
                guard head.totalByteCount <= byteLimit else {
                    return warn(
                        "the \(address.kind.name) take \(head.totalByteCount) bytes, the cache may have \(byteLimit); "
                            + "they are not kept")
                }
                try folder.write(address.fileName, byteLimit: byteLimit) { file in
                    try file.append(head.bytes)
                    var sink = CacheSink(file)
                    try content.write(to: &sink)
                }
                written.withLock { $0 += head.totalByteCount }
            } catch {
                // Somebody cleared the folder while this was written: what they asked for.
                if let error = error as? SecretsError, error.isRemovedMeanwhile { return }
                warn("the \(address.kind.name) cannot be kept in \(folder.path): \(error)")
            }
        }
    }
}

extension SecretsError {
    /// Whether a file could not get its name since it was removed before.
    fileprivate var isRemovedMeanwhile: Bool {
        if case .systemCall("renaming", _, ENOENT) = self { true } else { false }
    }
}

/// Tacit's folder for files that can be made again.
enum CacheFolder {
    /// A path in it: `TACIT_CACHE`, else `tacit` in `XDG_CACHE_HOME`, else in `.cache` of the user's home.
    static func path(_ name: String) -> String {
        let environment = ProcessInfo.processInfo.environment
        if let own = environment["TACIT_CACHE"], !own.isEmpty { return "\(own)/\(name)" }
        let caches =
            environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? URL.homeDirectory.appending(path: ".cache").path
        return "\(caches)/tacit/\(name)"
    }
}
