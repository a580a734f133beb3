/// Bounds that keep memory and time in proportion whatever a model file says.
public struct ImportLimits: Sendable, Hashable {
    /// Largest model file, and largest single file of external data, in bytes.
    public var fileBytes = 2 << 30
    /// Most elements of one stored tensor.
    public var tensorElements = 1 << 28
    /// Most elements of one row's value anywhere in the network.
    public var valueElements = 1 << 20
    /// Most matrix entries of the whole network.
    public var matrixEntries = 1 << 27
    /// Most nodes of a graph.
    public var nodes = 100_000
    /// Largest exponent of Pow.
    public var exponent = 32

    /// The default limits.
    public init() {}
}
