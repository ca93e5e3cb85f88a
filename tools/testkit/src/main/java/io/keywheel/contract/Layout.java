package io.keywheel.contract;

/// JSON, laid out as somebody does who wants to read it.
final class Layout {

    private Layout() {}

    static String spread(String json) {
        var spread = new StringBuilder("\n");
        boolean text = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            text ^= c == '"' && !isEscaped(json, i);
            if (!text && (c == '}' || c == ']')) {
                spread.append('\n');
            }
            spread.append(c);
            if (!text && (c == '{' || c == '[' || c == ',')) {
                spread.append("\n  ");
            }
        }
        return spread.append('\n').toString();
    }

    private static boolean isEscaped(String json, int at) {
        int backslashes = 0;
        while (json.charAt(at - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }
}
