#if Service
    import HTTPTypes
    import Hummingbird
    import Synchronization
    import TacitProtocol

    extension TacitService {
        func addJobRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
            add(.get, "/v2/jobs/{id}", to: router) { _, context, owner, _ in
                let status = try self.jobs.status(try self.jobID(context), of: owner)
                var response = Response.json(status)
                if status.state == .queued || status.state == .running {
                    response.headers[.retryAfter] = "1"
                }
                return response
            }
            add(.get, "/v2/jobs/{id}/result", to: router) { _, context, owner, _ in
                try self.jobs.output(try self.jobID(context), of: owner).response
            }
            add(.delete, "/v2/jobs/{id}", to: router) { _, context, owner, _ in
                try self.jobs.remove(try self.jobID(context), of: owner)
                return Response(status: .noContent)
            }
        }

        private func jobID(_ context: some RequestContext) throws -> String {
            try context.parameters.require("id")
        }

        /// Answers at once and computes after.
        func startJob(_ work: InferenceWork) throws -> Response {
            let id = try jobs.create(owner: work.owner)
            Task {
                do {
                    let output = try await work.run(connection: nil) { ticket in
                        self.jobs.setCancel(id) { self.scheduler.stop(ticket, .canceled) }
                    } progress: { done, total in
                        self.jobs.progress(id, done, of: total)
                    }
                    self.jobs.finish(id, .success(output))
                } catch {
                    let failure = ServiceFailure(refusing: error)
                    self.metrics.reject(failure.code)
                    self.jobs.finish(id, .failure(failure))
                }
            }
            var response = Response.json(
                JobStatus(id: id, state: .queued), status: .accepted)
            response.headers[.location] = ServicePath.job(id)
            response.headers[.retryAfter] = "1"
            return response
        }
    }
#endif
