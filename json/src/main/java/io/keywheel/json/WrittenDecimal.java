package io.keywheel.json;

import java.math.BigDecimal;

/// A number that keeps its text. Jackson writes a decimal's `toString`, and would turn `1e5` into `1E+5`.
final class WrittenDecimal extends BigDecimal {

    private final String text;

    /// @throws NumberFormatException if the exponent is out of the range of [BigDecimal]
    WrittenDecimal(String text) {
        super(text);
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
