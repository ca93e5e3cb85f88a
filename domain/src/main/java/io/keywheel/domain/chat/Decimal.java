package io.keywheel.domain.chat;

/// A number as its writer wrote it: `1.10` stays `1.10`, though the gateway never reckons with it.
///
/// @param text a number as JSON writes it
public record Decimal(String text) {

    private static final String NUMBER = "-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?";

    public Decimal {
        if (!text.matches(NUMBER)) {
            throw new IllegalArgumentException("not a number as JSON writes it");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
