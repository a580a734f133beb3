import RingKernels

extension Polynomial where Form == Coefficient {
    /// The same polynomial by its values; reuses the storage when self is its last owner.
    public consuming func toEvaluation() -> Polynomial<Evaluation> {
        let (context, basis) = (self.context, self.basis)
        let storage = uniqueStorage()
        context.forEachLimb(of: basis) { kernels, position, _ in
            kernels.forward_ntt(
                storage.limb(position), context.tables[basis.indices[position]].plan)
        }
        return Polynomial<Evaluation>(context: context, basis: basis, storage: storage)
    }
}

extension Polynomial where Form == Evaluation {
    /// The same polynomial by its coefficients; reuses the storage when self is its last owner.
    public consuming func toCoefficient() -> Polynomial<Coefficient> {
        let (context, basis) = (self.context, self.basis)
        let storage = uniqueStorage()
        context.forEachLimb(of: basis) { kernels, position, _ in
            kernels.inverse_ntt(
                storage.limb(position), context.tables[basis.indices[position]].plan)
        }
        return Polynomial<Coefficient>(context: context, basis: basis, storage: storage)
    }
}
