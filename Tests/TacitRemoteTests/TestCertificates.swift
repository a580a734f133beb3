#if Service
    /// Certificates for tests alone, valid a hundred years; the key protects nothing.
    enum TestCertificates {
        /// The key of both.
        static let key = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRwK0cfGcumVDDGbz
            uv7ireD1T83KcZ1KGIW6hdu0cTKhRANCAASd8DwpNUXy41/abJ09hz9tuDGlFt6z
            NPegljhyMQ+9EB1swB+FzxS6bqJ1Rkcxf8Jy76brPeeb82DwhD77YNJv
            -----END PRIVATE KEY-----
            """
        /// Signed by itself, for `localhost`.
        static let localhost = """
            -----BEGIN CERTIFICATE-----
            MIIBlTCCATugAwIBAgIUNZHGzyjAhCUtNd+T/klMS6fX3zMwCgYIKoZIzj0EAwIw
            FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTE1NDEzMloYDzIxMjYxMDI4
            MTU0MTMyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
            PQMBBwNCAASd8DwpNUXy41/abJ09hz9tuDGlFt6zNPegljhyMQ+9EB1swB+FzxS6
            bqJ1Rkcxf8Jy76brPeeb82DwhD77YNJvo2kwZzAdBgNVHQ4EFgQUK6Hift6NmGgE
            iCstA0lz/XzVkE4wHwYDVR0jBBgwFoAUK6Hift6NmGgEiCstA0lz/XzVkE4wDwYD
            VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
            SAAwRQIgOwhRIUfHDXAuRnKEyyvZqtW3QlGNNrBtjvpmPINzgYsCIQD4Juw1Bs1/
            eF4uKERQL395Y8sytiE1CzBzqhxlm15XCw==
            -----END CERTIFICATE-----

            """
        /// Signed by itself, for `other.invalid`.
        static let otherName = """
            -----BEGIN CERTIFICATE-----
            MIIBoTCCAUegAwIBAgIUQA35DUtUFHbvSfDNCBRxKEF975EwCgYIKoZIzj0EAwIw
            GDEWMBQGA1UEAwwNb3RoZXIuaW52YWxpZDAgFw0yNjExMjExNTQxMzJaGA8yMTI2
            MTAyODE1NDEzMlowGDEWMBQGA1UEAwwNb3RoZXIuaW52YWxpZDBZMBMGByqGSM49
            AgEGCCqGSM49AwEHA0IABJ3wPCk1RfLjX9psnT2HP224MaUW3rM096CWOHIxD70Q
            HWzAH4XPFLpuonVGRzF/wnLvpus955vzYPCEPvtg0m+jbTBrMB0GA1UdDgQWBBQr
            oeJ+3o2YaASIKy0DSXP9fNWQTjAfBgNVHSMEGDAWgBQroeJ+3o2YaASIKy0DSXP9
            fNWQTjAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDW90aGVyLmludmFsaWQw
            CgYIKoZIzj0EAwIDSAAwRQIhAKyd9jYc2ppNlQt9RVrVMr/JWKJmo7ddNnfi5whw
            gXfAAiBnP75CtBZc22m90BLs0yoZfFF7tojfPlQ20/Ab/2eafA==
            -----END CERTIFICATE-----

            """
    }
#endif
