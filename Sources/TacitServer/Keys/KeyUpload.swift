#if Service
    import Foundation
    import Logging
    package import Tacit
    import TacitProtocol

    /// One upload of evaluation keys that is being received; it holds the lock of its file.
    package final class KeyUpload: Sendable {
        package let name: KeyName
        package let total: Int
        package let path: String
        package let file: StoreFile

        fileprivate init(name: KeyName, total: Int, path: String, file: StoreFile) {
            self.name = name
            self.total = total
            self.path = path
            self.file = file
        }

        /// Bytes that are here.
        package var offset: Int { get throws { try file.byteCount } }

        /// Forgets everything received.
        package func drop() { unlink(path) }
    }

    extension KeyStore {
        /// Begins or continues an upload; nil where the keys are here already.
        ///
        /// - Parameters:
        ///   - total: bytes in the end.
        ///   - start: where the sender continues.
        ///   - restarts: what is here already is dropped.
        /// - Throws: `ServiceFailure`: too large, over quota, another offset, somebody else uploading, disk full.
        package func beginUpload(
            _ name: KeyName, of owner: Principal, total: Int, start: Int, restarts: Bool = false
        ) throws -> KeyUpload? {
            guard total <= limits.keyByteCount else {
                throw ServiceFailure(
                    .payloadTooLarge, "evaluation keys may have \(limits.keyByteCount) bytes here")
            }
            let folder = folder(of: owner)
            return try translating {
                try folder.create()
                // Held while the quota is looked at and the reservation made: the name of a partial file.
                let lock = try StoreFile.locked(folder.lock, waiting: true)
                defer { withExtendedLifetime(lock) {} }
                if FileStamp(path: folder.accepted(name)) != nil { return nil }
                try checkQuota(folder, name, total)
                try checkDisk(folder, total)
                let path = folder.partial(name, total: total)
                guard let file = try StoreFile.locked(path) else {
                    throw Self.conflict(
                        "another connection is uploading these keys",
                        at: FileStamp(path: path)?.byteCount ?? 0)
                }
                let upload = KeyUpload(name: name, total: total, path: path, file: file)
                var offset = try upload.offset
                if restarts, offset > 0 {
                    offset = 0
                    try file.truncate(to: 0)
                } else if offset == total {
                    // All is here, but the process ended before it was checked: the last byte is asked for again.
                    offset = total - 1
                    try file.truncate(to: offset)
                }
                guard offset == start else {
                    throw Self.conflict("the upload continues at byte \(offset)", at: offset)
                }
                return upload
            }
        }

        private static func conflict(_ sentence: String, at offset: Int) -> ServiceFailure {
            var failure = ServiceFailure(.uploadConflict, sentence, retryAfter: 1)
            failure.uploadOffset = offset
            return failure
        }

        /// Other uploads of the same name with another size cannot become these keys: they make room.
        private func checkQuota(_ folder: KeyFolder, _ name: KeyName, _ total: Int) throws {
            var used = 0
            for item in folder.items() {
                if item.name == name {
                    if item.total != total { unlink(item.path) }
                } else {
                    used += item.reserved
                }
            }
            guard used + total <= limits.ownerKeyByteCount else {
                throw ServiceFailure(
                    .quotaExceeded,
                    "your evaluation keys take \(used) bytes, \(limits.ownerKeyByteCount) are allowed: "
                        + "delete some with DELETE /v2/keys/SHA256")
            }
        }

        private func checkDisk(_ folder: KeyFolder, _ total: Int) throws {
            var info = statvfs()
            guard statvfs(folder.path, &info) == 0 else { throw StoreError.last("examining") }
            let free = Int(info.f_bavail) * Int(info.f_frsize)
            guard free - total >= limits.freeDiskByteCount else {
                throw StoreError(operation: "reserving", code: ENOSPC)
            }
        }

        /// Checks a complete upload in full and accepts it, or drops it.
        ///
        /// Takes as long as expanding the keys: meant for a computing thread.
        ///
        /// - Returns: the expanded keys.
        /// - Throws: `digest_mismatch`, `request_refused`, `parameters_retired`.
        package func accept(
            _ upload: KeyUpload, of owner: Principal, card: (Digest32) -> Card?
        ) throws -> EvaluationKeySet {
            do {
                return try translating {
                    try upload.file.synchronize()
                    guard try upload.file.sha256() == upload.name.digest else {
                        throw ServiceFailure(
                            .digestMismatch,
                            "the bytes received have another SHA-256 than their name")
                    }
                    // Whatever the cache says: what is accepted was checked itself.
                    let keys = try read(upload.path, isNew: true, card: card)
                    let folder = folder(of: owner)
                    guard rename(upload.path, folder.accepted(upload.name)) == 0 else {
                        throw StoreError.last("renaming")
                    }
                    try Self.synchronize(folder: folder.path)
                    metrics.keysAccepted.increment(by: Int64(1))
                    count(files: 1, bytes: upload.total, of: owner)
                    return keys
                }
            } catch let failure as ServiceFailure {
                let isFault =
                    failure.code == .digestMismatch || failure.code == .requestRefused
                    || failure.code == .parametersRetired
                if isFault {
                    upload.drop()
                    metrics.keysRefused.increment(by: Int64(1))
                }
                throw failure
            }
        }

        /// Reads and checks keys with the card of a loaded model of their parameters, or maps their expanded form.
        ///
        /// - Parameter isNew: whether nothing is to be taken from the cache.
        package func read(
            _ path: String, isNew: Bool = false, card: (Digest32) -> Card?
        ) throws -> EvaluationKeySet {
            let (header, _) = try Frame.header(path: path)
            guard header.kind == .evaluationKeys else {
                throw ServiceFailure(.requestRefused, "the file holds no evaluation keys")
            }
            guard let card = card(header.ring) else {
                throw ServiceFailure(
                    .parametersRetired,
                    "no model here uses the parameters of these keys: get the model's card and make keys for it"
                )
            }
            let keys = try EvaluationKeySet(
                path: path, card: card, cache: cache, isNew: isNew, isOwn: true
            ).verified()
            if keys.isMapped { metrics.keysMapped.increment(by: Int64(1)) }
            return keys
        }

        private static func synchronize(folder path: String) throws {
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { throw StoreError.last("opening") }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw StoreError.last("synchronizing") }
        }

        /// Errors of the system and the library as failures of the service.
        package func translating<Value>(_ work: () throws -> Value) throws -> Value {
            do { return try work() } catch let error as StoreError {
                logger.error(
                    "the key store failed",
                    metadata: ["operation": "\(error.operation)", "errno": "\(error.code)"])
                throw error.failure
            } catch {
                throw ServiceFailure(refusing: error)
            }
        }
    }
#endif
