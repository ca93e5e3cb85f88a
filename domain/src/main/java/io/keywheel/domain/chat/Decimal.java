package io.keywheel.domain.chat;

import java.util.regex.Pattern;

/// A number in its original notation: `1.10` stays `1.10`, because the gateway does not compute with it.
///
/// @param text a JSON number
public record Decimal(String text) {

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?");

    public Decimal {
        if (!NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException("not a number as JSON writes it");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
