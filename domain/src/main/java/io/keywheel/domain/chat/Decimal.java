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
        int at = afterDigits(text, begin);
        if (at == begin || (text.charAt(begin) == '0' && at > begin + 1)) {
            return false;
        }
        if (at < text.length() && text.charAt(at) == '.') {
            begin = at + 1;
            at = afterDigits(text, begin);
            if (at == begin) {
                return false;
            }
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            begin = at + 1;
            if (begin < text.length() && (text.charAt(begin) == '+' || text.charAt(begin) == '-')) {
                begin++;
            }
            at = afterDigits(text, begin);
            if (at == begin) {
                return false;
            }
        }
        return at == text.length();
    }

    private static int afterDigits(String text, int begin) {
        int at = begin;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    @Override
    public String toString() {
        return text;
    }
}
