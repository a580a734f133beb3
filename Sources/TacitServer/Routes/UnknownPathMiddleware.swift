#if Service
    import HTTPTypes
    import Hummingbird
    import TacitProtocol

    /// Answers what no route takes in the service's own words, and counts it.
    struct UnknownPathMiddleware<Context: RequestContext>: RouterMiddleware {
        let service: TacitService

        func handle(
            _ request: Request, context: Context,
            next: (Request, Context) async throws -> Response
        ) async throws -> Response {
            do { return try await next(request, context) } catch let error as HTTPError
                where error.status == .notFound
            {
                let methods = RouteTable.methods(of: request.uri.path)
                var failure = ServiceFailure(.notFound, "there is nothing under this path")
                if !methods.isEmpty {
                    failure = ServiceFailure(.methodNotAllowed, "the path has other methods")
                    failure.allow = methods
                }
                return service.answer(
                    failure, RequestRecord(route: "other", request: request, context: context))
            }
        }
    }
#endif
