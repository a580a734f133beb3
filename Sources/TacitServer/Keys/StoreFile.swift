#if Service
    #if canImport(CDispatch)
        import CDispatch  // through which the headers of the system may come
    #endif
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #else
        import Darwin
    #endif
    package import Tacit
    import TacitProtocol

    /// A file of the key store, open under a lock that ends with the file or the process.
    package final class StoreFile: @unchecked Sendable {
        // The descriptor is set once; the kernel serializes what is done with it.
        private let descriptor: Int32

        private init(descriptor: Int32) { self.descriptor = descriptor }

        deinit { close(descriptor) }

        /// Opens, creating it if need be, and locks a file; nil where somebody else holds the lock.
        package static func locked(_ path: String, waiting: Bool = false) throws -> StoreFile? {
            while true {
                let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
                guard descriptor >= 0 else { throw StoreError.last("opening") }
                let file = StoreFile(descriptor: descriptor)
                while flock(descriptor, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
                    if errno == EINTR { continue }
                    if errno == EWOULDBLOCK { return nil }
                    throw StoreError.last("locking")
                }
                // The name may have gone to another file while we waited for this one's lock.
                if try file.isStill(path) { return file }
            }
        }

        private func isStill(_ path: String) throws -> Bool {
            var mine = stat()
            var named = stat()
            guard fstat(descriptor, &mine) == 0 else { throw StoreError.last("examining") }
            return stat(path, &named) == 0 && named.st_ino == mine.st_ino
                && named.st_dev == mine.st_dev
        }

        package var byteCount: Int {
            get throws {
                var info = stat()
                guard fstat(descriptor, &info) == 0 else { throw StoreError.last("examining") }
                return Int(info.st_size)
            }
        }

        /// Adds bytes at a place.
        package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
            var written = 0
            while written < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                let count = pwrite(descriptor, rest.baseAddress, rest.count, offset + written)
                if count > 0 {
                    written += count
                } else if errno != EINTR {
                    throw StoreError.last("writing")
                }
            }
        }

        /// Drops everything from a place on.
        package func truncate(to byteCount: Int) throws {
            guard ftruncate(descriptor, byteCount) == 0 else {
                throw StoreError.last("truncating")
            }
        }

        /// Puts everything on the disk.
        package func synchronize() throws {
            guard fsync(descriptor) == 0 else { throw StoreError.last("synchronizing") }
        }

        /// SHA-256 of the whole file.
        package func sha256() throws -> Digest32 {
            var hasher = SHA256Hasher()
            var offset = 0
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let count = buffer.withUnsafeMutableBytes {
                    pread(descriptor, $0.baseAddress, $0.count, offset)
                }
                if count < 0 {
                    if errno == EINTR { continue }
                    throw StoreError.last("reading")
                }
                if count == 0 { return hasher.finalize() }
                buffer.withUnsafeBytes {
                    hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<count]))
                }
                offset += count
            }
        }
    }

    /// What the operating system refused.
    package struct StoreError: Error {
        package let operation: String
        package let code: Int32

        package static func last(_ operation: String) -> StoreError {
            StoreError(operation: operation, code: errno)
        }

        /// What the client hears.
        package var failure: ServiceFailure {
            switch code {
            case ENOSPC, EDQUOT, EFBIG:
                ServiceFailure(
                    .insufficientStorage, "the server's disk is full", retryAfter: 60)
            default: .internalError
            }
        }
    }
#endif
