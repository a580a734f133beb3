import Testing

@Suite("The remote client")
struct RemoteTests {}
