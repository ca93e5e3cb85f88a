package io.keywheel.json;

import java.math.BigDecimal;

/// A number that is written again as it was: Jackson writes a decimal as its own text, and would
/// make `1E+5` of `1e5`.
final class WrittenDecimal extends BigDecimal {

    private static final long serialVersionUID = 1;

    private final String text;

    /// @throws NumberFormatException if its exponent is beyond what a decimal can have
    WrittenDecimal(String text) {
        super(text);
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
