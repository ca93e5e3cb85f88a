package io.keywheel.domain.chat;

/// A number in its original notation: `1.10` stays `1.10`, because the gateway does not compute with it.
///
/// @param text a JSON number
public record Decimal(String text) {

    public Decimal {
        if (!text.matches("-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?")) {
            throw new IllegalArgumentException("not a number as JSON writes it");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
