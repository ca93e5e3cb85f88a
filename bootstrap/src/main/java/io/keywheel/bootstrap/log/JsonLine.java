package io.keywheel.bootstrap.log;

import java.util.HashSet;
import java.util.Set;

/// One flat JSON object in one line of ASCII, whatever the texts in it and whatever the terminal's encoding.
/// What is said first of a name stays.
///
/// By hand, for Jackson stays at the edges, and leaves DEL and halves of characters as they are.
final class JsonLine {

    private static final char UNKNOWN = '\ufffd';

    private final StringBuilder line = new StringBuilder("{");
    private final Set<String> names = new HashSet<>();

    JsonLine text(String name, String value) {
        if (begin(name)) {
            quote(value);
        }
        return this;
    }

    JsonLine number(String name, long value) {
        if (begin(name)) {
            line.append(value);
        }
        return this;
    }

    String end() {
        return line + "}\n";
    }

    private boolean begin(String name) {
        if (!names.add(name)) {
            return false;
        }
        if (names.size() > 1) {
            line.append(',');
        }
        quote(name);
        line.append(':');
        return true;
    }

    private void quote(String text) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            escape(isHalf(text, i) ? UNKNOWN : text.charAt(i));
        }
        line.append('"');
    }

    private void escape(char c) {
        if (c == '"' || c == '\\') {
            line.append('\\').append(c);
        } else if (c >= ' ' && c < 0x7f) {
            line.append(c);
        } else if (c == '\n') {
            line.append("\\n");
        } else {
            line.append("\\u%04x".formatted((int) c));
        }
    }

    /// A half of a character without its other half, which strict readers refuse.
    private static boolean isHalf(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
