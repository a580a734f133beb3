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

    /// What changes when a file is replaced or rewritten.
    package struct FileStamp: Sendable, Hashable {
        package let inode: UInt64
        package let byteCount: Int
        package let seconds: Int
        package let nanoseconds: Int

        /// Nil where there is no regular file.
        package init?(path: String) {
            var info = stat()
            guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
            inode = UInt64(info.st_ino)
            byteCount = Int(info.st_size)
            seconds = info.st_mtim.tv_sec
            nanoseconds = info.st_mtim.tv_nsec
        }
    }
#endif
