#if Service
    import Foundation
    import Hummingbird
    import HummingbirdTesting
    import Metrics
    import Tacit
    import TacitProtocol
    import Testing

    import TacitServer

    @Suite("Figures, status page, log, description")
    struct FigureTests {
        @Test("Prometheus's text format, by the metrics of swift-metrics")
        func prometheus() {
            let registry = PrometheusRegistry()
            registry.describe("requests.total", "All\nof them")
            Counter(
                label: "requests.total", dimensions: [("path", "a\"b\\c\nd")], factory: registry
            )
            .increment(by: 3)
            Gauge(label: "depth", factory: registry).record(-2.5)
            let timer = Timer(label: "wait-seconds", factory: registry)
            timer.recordNanoseconds(3_000_000)
            timer.recordSeconds(3600)
            let text = registry.text()
            #expect(
                text.contains(
                    """
                    # HELP requests_total All\\nof them
                    # TYPE requests_total counter
                    requests_total{path="a\\"b\\\\c\\nd"} 3

                    """))
            #expect(text.contains("# TYPE depth gauge\ndepth -2.5\n"))
            #expect(text.contains("wait_seconds_bucket{le=\"0.0025\"} 0\n"))
            #expect(text.contains("wait_seconds_bucket{le=\"0.005\"} 1\n"))
            #expect(text.contains("wait_seconds_bucket{le=\"600\"} 1\n"))
            #expect(
                text.contains("wait_seconds_bucket{le=\"+Inf\"} 2\nwait_seconds_sum 3600.003\n"))
            #expect(text.contains("wait_seconds_count 2\n"))
            // The same name and labels are the same counter; another kind under the name is not shown.
            Counter(label: "requests.total", dimensions: [("path", "x")], factory: registry)
                .increment()
            Gauge(label: "requests.total", factory: registry).record(9)
            #expect(registry.text().contains("requests_total{path=\"x\"} 1\n"))
            #expect(!registry.text().contains("requests_total 9"))
        }

        @Test("stages of a request as Server-Timing: milliseconds, three decimals")
        func serverTiming() {
            var times = StageTimes()
            times.add(.queue, .microseconds(7))
            times.add(.keys, .microseconds(-3))
            times.add(.evaluate, .nanoseconds(12_034_567_899))
            #expect(times.header == "queue;dur=0.007, keys;dur=0.000, evaluate;dur=12034.567")
            #expect(StageTimes().header.isEmpty)
        }

        @Test("labels are limited in number")
        func cardinality() {
            let registry = PrometheusRegistry()
            for number in 0..<1500 {
                Counter(label: "c", dimensions: [("n", "\(number)")], factory: registry).increment()
            }
            #expect(registry.text().split(separator: "\n").count == 1001)
        }

        @Test("the OpenAPI document describes exactly the routes there are, and every error code")
        func openAPI() async throws {
            let fixture = try ServiceFixture()
            try await fixture.live { http in
                let answer = try await http.get("/openapi.json")
                let document = try #require(
                    try JSONSerialization.jsonObject(with: data(of: answer.body))
                        as? [String: Any])
                let paths = try #require(document["paths"] as? [String: [String: Any]])
                let described = Set(
                    paths.flatMap { path, operations in
                        operations.keys.map { "\($0.uppercased()) \(path)" }
                    })
                #expect(described == Set(RouteTable.all.map { "\($0.method.rawValue) \($0.path)" }))
                let text = String(buffer: answer.body)
                for code in ServiceErrorCode.allCases {
                    #expect(text.contains("\"\(code.rawValue)\""))
                }
                // And the router answers each: nothing described is unknown.
                for route in RouteTable.all {
                    let path = route.path.replacing("{name}", with: "m")
                        .replacing("{version}", with: "1").replacing("{id}", with: "1")
                        .replacing("{sha256}", with: String(repeating: "0", count: 64))
                    let answer = try await http.execute(uri: path, method: route.method)
                    #expect(answer.code != "not_found" && answer.code != "method_not_allowed")
                }
            }
        }

        @Test("the status page shows what there is, escaped, and takes nothing from elsewhere")
        func statusPage() async throws {
            let fixture = try ServiceFixture()
            try fixture.put([1, 2, 3], name: "broken")
            fixture.service.loadModels()
            fixture.service.metrics.record(.total, .milliseconds(3))
            for time in [Duration.microseconds(50), .seconds(20)] {
                fixture.service.metrics.record(.queue, time)
            }
            fixture.service.metrics.reject(.tooManyRequests)
            let answer = try await fixture.live { try await $0.get("/") }
            let page = String(buffer: answer.body)
            #expect(answer.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            for word in [
                "<td>m</td>", "<td>broken</td>", "not a Tacit file", "too_many_requests", "<svg",
            ] {
                #expect(page.contains(word), "\(word)")
            }
            #expect(
                page.contains(">100 µs</text>") && !page.contains(">250 µs</text>"),
                "of many bounds every other has its name, so that they do not overlap")
            #expect(
                !page.contains("http://") && !page.contains("https://") && !page.contains("<script")
            )
            #expect(StatusPage.escape("<a href='x'>&\"") == "&lt;a href=&#39;x&#39;&gt;&amp;&quot;")
        }

        @Test("no log line holds a token, a key's name, a path or anything of a body")
        func log() async throws {
            let small = try SmallClient.shared.get()
            let fixture = try ServiceFixture(withTokens: true)
            try await fixture.live { http in
                let token = ServiceFixture.alice
                _ = try await http.upload(small.keys, name: small.name, token: token)
                _ = try await http.infer([try small.request()], keys: small.name, token: token)
                _ = try await http.infer([[9, 9, 9]], keys: small.name, token: token)
                _ = try await http.infer([[9]], keys: "secret-in-a-body", token: "secret-token")
                _ = try await http.get("/secret-path?secret-query", token: token)
                _ = try await http.get("/v2/models/secret-model", token: token)
            }
            let lines = fixture.log.all
            let all = lines.joined(separator: "\n")
            #expect(
                lines.contains {
                    $0.contains(#""layers""#) && $0.contains("Mul") || $0.contains("MatMul")
                        || $0.contains("\"W\"")
                })
            #expect(lines.contains { $0.contains(#""route":"PUT /v2/keys/{sha256}""#) })
            for secret in [ServiceFixture.alice, small.name, "secret", fixture.folder.path] {
                #expect(!all.contains(secret), "\(secret)")
            }
            #expect(all.contains(String(small.name.prefix(8))))
            for line in lines {
                #expect(throws: Never.self) {
                    try JSONSerialization.jsonObject(with: Data(line.utf8))
                }
            }
        }
    }

    @Suite("Models that come and go")
    struct RegistryTests {
        @Test("versions, replacement, a broken file, removal; running requests keep their version")
        func reload() throws {
            let small = try SmallClient.shared.get()
            let other = try SmallClient.other.get()
            let fixture = try ServiceFixture()
            let models = fixture.service.models
            let first = try models.model("m", version: nil)
            try fixture.put(other.modelBytes, version: 2)
            fixture.service.loadModels()
            #expect(try models.model("m", version: nil).version == 2)
            #expect(try models.model("m", version: "1") === first)
            #expect(models.versions(of: "m") == [1, 2])
            // A broken file: the old one goes on serving, the error shows.
            try fixture.put(Array(small.modelBytes.dropLast(10)))
            fixture.service.loadModels()
            #expect(try models.model("m", version: "1") === first)
            #expect(models.all[0].entry.problem?.contains("truncated") == true)
            // Repaired: another instance serves, and the old one ends with its last request.
            try fixture.put(small.modelBytes)
            fixture.service.loadModels()
            #expect(try models.model("m", version: "1") !== first)
            #expect(models.all[0].entry.problem == nil)
            #expect(models.card(forRing: other.model.card.ringDigest) != nil)
            try FileManager.default.removeItem(at: fixture.folder.appending(path: "models/m/2"))
            fixture.service.loadModels()
            #expect(throws: ServiceFailure.self) { try models.model("m", version: "2") }
            #expect(models.card(forRing: other.model.card.ringDigest) == nil)
        }

        @Test(
            "a model whose only file is broken is unavailable, not unknown; odd names are no models"
        )
        func broken() throws {
            let fixture = try ServiceFixture(modelBytes: [1, 2, 3])
            for (name, version) in [("..", 1), (".hidden", 1), ("a b", 1), ("zero", 0)] {
                if name != ".." { try fixture.put([1], name: name, version: version) }
                fixture.service.loadModels()
                let error = #expect(throws: ServiceFailure.self) {
                    try fixture.service.models.model(name, version: nil)
                }
                #expect(error?.code == .modelNotFound)
            }
            let error = #expect(throws: ServiceFailure.self) {
                try fixture.service.models.model("m", version: nil)
            }
            #expect(error?.code == .unavailable)
        }
    }
#endif
