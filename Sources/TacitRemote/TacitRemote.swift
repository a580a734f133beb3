#if Service
    import AsyncHTTPClient
    import TacitProtocol
#endif
