/// How functions become polynomials.
public struct ActivationFitting: Sendable, Hashable {
    /// The kinds of fit.
    public enum Method: String, Sendable, Hashable, Codable {
        /// Agrees with the function at the Chebyshev points.
        case chebyshev
        /// Smallest largest error, by Remez's exchange.
        case minimax
    }

    /// Largest absolute error allowed over the range.
    public let tolerance: Double
    /// Largest degree allowed.
    public let maximumDegree: Int
    /// Kind of fit.
    public let method: Method

    /// Makes a rule for fits.
    public init(tolerance: Double, maximumDegree: Int = 63, method: Method = .minimax) {
        self.tolerance = tolerance
        self.maximumDegree = maximumDegree
        self.method = method
    }

    /// The polynomial of least degree that stays within the tolerance over the interval.
    /// - Throws: `InferenceError.approximationTooCoarse` where the largest degree does not suffice, naming `node`, and
    ///   `InferenceError.invalidRange` for an interval that is not finite or a tolerance that is not positive.
    public func fit(
        _ function: ActivationFunction, over interval: Interval, node: String
    ) throws(InferenceError) -> FittedActivation {
        guard interval.isFinite, interval.radius.isFinite, tolerance > 0, maximumDegree >= 1 else {
            throw .invalidRange(
                what: node, reason: "\(interval) with tolerance \(tolerance) cannot be fitted")
        }
        // A value that never changes still needs an interval of positive length.
        let least = 1e-6 * max(1, interval.magnitude)
        let interval =
            interval.radius >= least
            ? interval : Interval(interval.center - least, interval.center + least)
        var best: FittedActivation?
        for degree in 1...maximumDegree {
            let series = ChebyshevSeries.interpolating(
                { function($0) }, over: interval, degree: degree)
            let candidate = measured(function, series)
            if candidate.maximumError < best?.maximumError ?? .infinity { best = candidate }
            if candidate.maximumError <= tolerance {
                return method == .minimax ? refined(function, candidate) : candidate
            }
            if method == .minimax, candidate.maximumError <= 3 * tolerance {
                // The best polynomial of this degree may already do.
                let minimax = minimax(function, interval, degree: degree) ?? candidate
                if minimax.maximumError <= tolerance { return minimax }
            }
        }
        let reached = minimax(function, interval, degree: maximumDegree)?.maximumError
        let error = min(reached ?? .infinity, best?.maximumError ?? .infinity)
        throw .approximationTooCoarse(
            node: node, function: "\(function)", range: "\(interval)", degree: maximumDegree,
            error: error, tolerance: tolerance)
    }

    /// The minimax polynomial of the candidate's degree, where it is better.
    private func refined(
        _ function: ActivationFunction, _ candidate: FittedActivation
    ) -> FittedActivation {
        let degree = candidate.series.coefficients.count - 1
        guard let better = minimax(function, candidate.series.interval, degree: degree),
            better.maximumError < candidate.maximumError
        else { return candidate }
        return better
    }

    private func minimax(
        _ function: ActivationFunction, _ interval: Interval, degree: Int
    ) -> FittedActivation? {
        MinimaxFit(function: { function($0) }, interval: interval, degree: degree).solve()
            .map { measured(function, $0) }
    }

    private func measured(
        _ function: ActivationFunction, _ series: ChebyshevSeries
    ) -> FittedActivation {
        FittedActivation(
            function: function, series: series,
            maximumError: series.maximumError(
                from: { function($0) }, at: function.breakpoints))
    }
}
