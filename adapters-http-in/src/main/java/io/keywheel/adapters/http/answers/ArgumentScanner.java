package io.keywheel.adapters.http.answers;

/// Scans the streamed arguments of a tool call for the end of their JSON object.
final class ArgumentScanner {

    private boolean object = true;
    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean complete;

    /// The part of the next piece that belongs to the object. Clients parse the arguments as JSON, so blanks
    /// before the object and text after it are dropped. Arguments that are not an object stay unchanged.
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

    boolean isObject() {
        return object;
    }

    boolean isComplete() {
        return complete;
    }
}
