package io.keywheel.domain.chat;

/// A number in its original notation: `1.10` stays `1.10`, because the gateway does not compute with it.
///
/// @param text a JSON number
public record Decimal(String text) {

    public Decimal {
        if (!isNumber(text)) {
            throw new IllegalArgumentException("not a number as JSON writes it");
        }
    }

    /// Checked by hand: each request has some, and a regular expression would be compiled for each.
    private static boolean isNumber(String text) {
        int begin = text.startsWith("-") ? 1 : 0;
        int end = afterDigits(text, begin);
        boolean hasNeedlessZero = text.startsWith("0", begin) && end > begin + 1;
        if (text.startsWith(".", end)) {
            end = afterDigits(text, end + 1);
        }
        if (text.startsWith("e", end) || text.startsWith("E", end)) {
            boolean hasSign = text.startsWith("+", end + 1) || text.startsWith("-", end + 1);
            end = afterDigits(text, hasSign ? end + 2 : end + 1);
        }
        return end == text.length() && !hasNeedlessZero;
    }

    /// The end of the digits from `begin`; -1, which is no end of a text, if there are none.
    private static int afterDigits(String text, int begin) {
        int at = begin;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at == begin ? -1 : at;
    }

    @Override
    public String toString() {
        return text;
    }
}
