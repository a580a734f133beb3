#if Service
    /// The service's release.
    public enum ServiceRelease {
        /// The version that `GET /v2` says.
        public static let version = "0.1.0"
    }
#endif
