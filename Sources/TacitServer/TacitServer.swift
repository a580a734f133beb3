#if Service
    import Hummingbird
    import TacitProtocol

    /// The service's release, as `GET /v2` says it.
    public enum ServiceRelease {
        /// The version.
        public static let version = "0.1.0"
    }
#endif
