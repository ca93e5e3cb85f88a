package io.keywheel.adapters.http.answers;

/// Follows the arguments of a call, which come in pieces, to the end of their object.
final class ArgumentScanner {

    private boolean object = true;
    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean complete;

    /// What of the next piece belongs to the object. Clients read the arguments as JSON, so what stands before and
    /// behind it is left out. Arguments that are no object are left as they are.
    String next(String text) {
        int from = 0;
        for (int i = 0; i < text.length() && object; i++) {
            char c = text.charAt(i);
            if (complete) {
                return text.substring(from, i);
            }
            if (depth == 0 && Character.isWhitespace(c)) {
                from = i + 1;
            } else if (depth == 0 && c != '{') {
                object = false;
            } else {
                follow(c);
            }
        }
        return text.substring(from);
    }

    private void follow(char c) {
        if (escaped) {
            escaped = false;
        } else if (inString) {
            escaped = c == '\\';
            inString = c != '"';
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
            complete = depth == 0;
        }
    }

    /// Whether they are an object as far as they have come.
    boolean isObject() {
        return object;
    }

    boolean isComplete() {
        return complete;
    }
}
