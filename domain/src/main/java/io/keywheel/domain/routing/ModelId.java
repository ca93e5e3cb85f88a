package io.keywheel.domain.routing;

/// A model as its provider names it, such as `openai/gpt-oss-120b`.
///
/// @param value 1 to 200 printable ASCII characters without blanks: it goes into URLs, headers and log lines
public record ModelId(String value) {

    private static final int LONGEST = 200;

    public ModelId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("a model's name is 1 to 200 printable ASCII characters without blanks");
        }
    }

    public static boolean isValid(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= LONGEST;
    }

    /// Written out because the key pool hashes it often, and the generated one is slower.
    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
