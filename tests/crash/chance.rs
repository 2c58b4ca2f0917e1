//! Chance that is the same in every run.

/// Another seed chooses other cases.
pub(crate) const SEED: u64 = 20_261_123;

/// Numbers that look random.
pub(crate) struct Chance(u64);

impl Chance {
    /// Returns chance at its beginning.
    pub(crate) const fn new() -> Self {
        Self(SEED)
    }

    /// Returns another chance for each `number`.
    pub(crate) const fn of(number: u64) -> Self {
        // Odd, so that no two numbers meet, and never nothing, with which xorshift would end.
        Self((SEED ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Returns a number below `bound`, by xorshift.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("a number below a size")
    }

    /// Puts `things` into another order.
    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for at in (1..things.len()).rev() {
            things.swap(at, self.below(at + 1));
        }
    }
}
