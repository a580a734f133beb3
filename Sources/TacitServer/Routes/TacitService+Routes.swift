#if Service
    import HTTPTypes
    public import Hummingbird
    import NIOCore
    import TacitProtocol

    extension TacitService {
        /// Adds the service's routes to a router of somebody's application.
        ///
        /// Where the context is a `ConnectionRequestContext` of a connection made by this service's own application, work
        /// for clients that left is given up.
        public func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
            addGeneralRoutes(to: router)
            for version in ["", "/versions/{version}"] {
                addModelRoutes(to: router, "/v2/models/{name}" + version)
            }
            addKeyRoutes(to: router)
            addJobRoutes(to: router)
        }

        /// A route; `isOpen` ones need no token.
        func add<Context: RequestContext>(
            _ method: HTTPRequest.Method, _ path: String, to router: some RouterMethods<Context>,
            isOpen: Bool = false,
            _ work:
                @escaping @Sendable (Request, Context, Principal, RequestRecord) async throws ->
                Response
        ) {
            router.on(RouterPath(path), method: method) { request, context in
                await self.handle(path, request, context) { record in
                    var owner = Principal.anonymous
                    if !isOpen {
                        owner = try self.access.principal(of: request)
                        record.note("owner", owner.name)
                    }
                    return try await work(request, context, owner, record)
                }
            }
        }

        private func addGeneralRoutes<Context: RequestContext>(
            to router: some RouterMethods<Context>
        ) {
            let isOpen = !configuration.protectsStatus
            add(.get, ServicePath.server, to: router, isOpen: true) { _, _, _, _ in
                .json(ServerMetadata(version: ServiceRelease.version))
            }
            add(.get, ServicePath.live, to: router, isOpen: true) { _, _, _, _ in
                .json(Liveness(live: true))
            }
            add(.get, ServicePath.ready, to: router, isOpen: true) { _, _, _, _ in
                let ready = self.isReady
                return .json(
                    Readiness(ready: ready), status: ready ? .ok : .serviceUnavailable)
            }
            add(.get, ServicePath.metrics, to: router, isOpen: isOpen) { _, _, _, _ in
                self.updateGauges()
                return .text(
                    self.registry.text(), type: "text/plain; version=0.0.4; charset=utf-8")
            }
            add(.get, ServicePath.status, to: router, isOpen: isOpen) { _, _, _, _ in
                var response = Response.text(
                    StatusPage(self.statusReport()).html, type: "text/html; charset=utf-8")
                response.headers[.contentSecurityPolicy] =
                    "default-src 'none'; style-src 'unsafe-inline'"
                response.headers[.cacheControl] = "no-store"
                return response
            }
            add(.get, ServicePath.openAPI, to: router, isOpen: true) { _, _, _, _ in
                .text(OpenAPIDocument.json, type: "application/json")
            }
        }
    }

    extension Response {
        static func text(_ text: String, type: String) -> Response {
            Response(
                status: .ok, headers: [.contentType: type],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
    }
#endif
