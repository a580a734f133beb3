#if Service
    import HTTPTypes

    extension HTTPFields {
        /// As `self[name]`, which takes several times as long where there is one field of the name, as there mostly is.
        func value(_ name: HTTPField.Name) -> String? {
            var found: String?
            for field in self where field.name == name {
                if found != nil { return self[name] }
                found = field.value
            }
            return found
        }
    }
#endif
