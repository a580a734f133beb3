#if Service
    package import Foundation
    package import Logging
    import Synchronization
    package import Tacit
    import TacitProtocol

    /// Clients' evaluation keys on the disk, in plain files that several processes share.
    ///
    /// The file system is the only record: a folder for every owner, a name for every content, and a rename that makes an
    /// upload valid. So there is nothing that could disagree with the files after a crash.
    package final class KeyStore: Sendable {
        package let root: String
        package let limits: ServiceLimits
        package let times: ServiceTimes
        package let metrics: ServiceMetrics
        package let logger: Logger
        package let cache: MappedCache?
        private let totals = Mutex(Totals())

        /// What the last round of housekeeping found.
        package struct Totals: Sendable {
            package var fileCount = 0
            package var byteCount = 0
            package var ownerCount = 0
        }

        /// Makes the folder, private to this user.
        ///
        /// - Throws: what Foundation says about a folder that cannot be made.
        package init(
            root: URL, limits: ServiceLimits, times: ServiceTimes, metrics: ServiceMetrics,
            logger: Logger, cache: MappedCache? = nil
        ) throws {
            self.root = root.path
            self.limits = limits
            self.times = times
            self.metrics = metrics
            self.logger = logger
            self.cache = cache
            try FileManager.default.createDirectory(
                at: root.appending(path: "owners"), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }

        /// What the store knows about a name.
        package enum Status: Sendable, Equatable {
            /// Accepted; last used then.
            case complete(Date)
            /// So many bytes are here.
            case partial(Int)
        }

        package func folder(of owner: Principal) -> KeyFolder {
            KeyFolder(root: root, owner: owner)
        }

        package func status(_ name: KeyName, of owner: Principal) -> Status {
            let folder = folder(of: owner)
            if let stamp = FileStamp(path: folder.accepted(name)) {
                return .complete(Date(timeIntervalSince1970: Double(stamp.seconds)))
            }
            let partial = folder.items().first { $0.name == name && $0.total != nil }
            // A sender is always asked for at least one byte: it is what has the file checked.
            return .partial(partial.map { min($0.byteCount, ($0.total ?? 1) - 1) } ?? 0)
        }

        /// When keys last used then expire.
        package func expiry(of lastUse: Date) -> Date {
            lastUse.addingTimeInterval(times.keyLife / .seconds(1))
        }

        /// The path of accepted keys, which count as used now.
        ///
        /// - Throws: `evaluation_keys_not_found`, whether nobody has them or another owner has.
        package func use(_ name: KeyName, of owner: Principal) throws(ServiceFailure) -> String {
            let path = folder(of: owner).accepted(name)
            guard let stamp = FileStamp(path: path) else { throw Self.notFound }
            // Once an hour is enough for lives of days, and saves a write for every request.
            let age = Date().timeIntervalSince1970 - Double(stamp.seconds)
            if age > 3600 || age > times.keyLife / .seconds(1) / 8 { utimensNow(path) }
            return path
        }

        package static let notFound = ServiceFailure(
            .evaluationKeysNotFound,
            "these evaluation keys are not here: upload them with PUT /v2/keys/SHA256")

        private func utimensNow(_ path: String) {
            // Nil times mean now.
            _ = utimensat(AT_FDCWD, path, nil, 0)
        }

        /// Removes keys or what is there of an upload.
        package func remove(_ name: KeyName, of owner: Principal) throws(ServiceFailure) {
            let items = folder(of: owner).items().filter { $0.name == name }
            guard !items.isEmpty else { throw Self.notFound }
            for item in items {
                if item.total == nil { cache?.forget(keysAt: item.path) }
                guard unlink(item.path) == 0 else { continue }
                count(files: item.total == nil ? -1 : 0, bytes: -item.byteCount, of: owner)
            }
        }

        /// Counts accepted files that came or went since the last round of housekeeping, and bytes of any.
        package func count(files: Int, bytes: Int, of owner: Principal) {
            let left = files == 0 ? nil : folder(of: owner).items().count { $0.total == nil }
            totals.withLock { totals in
                totals.fileCount = max(0, totals.fileCount + files)
                totals.byteCount = max(0, totals.byteCount + bytes)
                if files > 0, left == files { totals.ownerCount += 1 }
                if files < 0, left == 0 { totals.ownerCount = max(0, totals.ownerCount - 1) }
            }
        }

        /// The totals of the last round of housekeeping, and what came and went since.
        package var knownTotals: Totals { totals.withLock { $0 } }

        /// Removes what expired, and counts the rest.
        package func houseKeeping(now: Date = Date()) {
            let owners = "\(root)/owners"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: owners)) ?? []
            var sums = Totals()
            for owner in names {
                let items = KeyFolder(path: "\(owners)/\(owner)").items()
                var accepted = 0
                for item in items where !removeIfExpired(item, now: now) {
                    sums.byteCount += item.byteCount
                    if item.total == nil { accepted += 1 }
                }
                sums.fileCount += accepted
                if accepted > 0 { sums.ownerCount += 1 }
            }
            totals.withLock { [sums] in $0 = sums }
        }

        private func removeIfExpired(_ item: KeyFolder.Item, now: Date) -> Bool {
            let life = item.total == nil ? times.keyLife : times.partialUploadLife
            guard now.timeIntervalSince(item.changed) > life / .seconds(1) else { return false }
            if item.total != nil {
                // Somebody may just be continuing it.
                guard let held = try? StoreFile.locked(item.path) else { return false }
                defer { withExtendedLifetime(held) {} }
                return unlink(item.path) == 0
            }
            cache?.forget(keysAt: item.path)
            metrics.keysExpired.increment(by: Int64(1))
            logger.info("evaluation keys expired", metadata: ["keys": "\(item.name.short)"])
            return unlink(item.path) == 0
        }
    }
#endif
