#if Service
    import HTTPTypes
    import Hummingbird
    import NIOCore
    import TacitProtocol

    extension TacitService {
        func addModelRoutes<Context: RequestContext>(
            to router: some RouterMethods<Context>, _ base: String
        ) {
            add(.get, base, to: router) { _, context, _, _ in
                let model = try self.model(of: context)
                let versions = self.models.versions(of: model.name)
                let shape = [-1]
                return .json(
                    ModelMetadata(
                        name: model.name, versions: versions.map { "\($0)" },
                        inputs: [TensorMetadata(name: TensorName.request, shape: shape)],
                        outputs: [TensorMetadata(name: TensorName.response, shape: shape)]))
            }
            add(.get, base + "/ready", to: router) { _, context, _, _ in
                do {
                    let model = try self.model(of: context)
                    let ready = !self.isDraining
                    return .json(
                        Readiness(ready: ready, name: model.name),
                        status: ready ? .ok : .serviceUnavailable)
                } catch let failure as ServiceFailure where failure.code == .unavailable {
                    return .json(
                        Readiness(ready: false, name: context.parameters.get("name")),
                        status: .serviceUnavailable)
                }
            }
            add(.get, base + "/card", to: router) { request, context, _, _ in
                let model = try self.model(of: context)
                let tag = "\"\(model.cardDigest)\""
                var headers: HTTPFields = [.eTag: tag, .contentType: ServiceHeader.binary]
                if request.headers[.ifNoneMatch] == tag {
                    return Response(status: .notModified, headers: headers)
                }
                headers[.cacheControl] = "no-cache"
                return Response(
                    status: .ok, headers: headers,
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: model.card)))
            }
            add(.post, base + "/infer", to: router) { request, context, owner, record in
                let model = try self.model(of: context)
                record.note("model", "\(model.name)/\(model.version)")
                return try await self.infer(request, context, model, owner, record)
            }
        }

        private func model(of context: some RequestContext) throws(ServiceFailure) -> ServedModel {
            try models.model(
                context.parameters.get("name") ?? "", version: context.parameters.get("version"))
        }
    }
#endif
