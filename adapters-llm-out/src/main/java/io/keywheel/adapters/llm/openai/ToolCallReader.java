package io.keywheel.adapters.llm.openai;

import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Extras;
import io.keywheel.json.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads tool calls, whole or in fragments. Cerebras splits the arguments and names the call on the first
/// fragment only; Groq sends a call whole.
final class ToolCallReader {

    /// One more than the limit, so that the count shows an excess.
    private static final int MOST = AnswerLimits.TOOL_CALLS + 1;

    /// Some providers omit the type, or send an empty one (Azure: vercel/ai 12939, 2026-02).
    private static final Set<String> FUNCTION_TYPES = Set.of("\"function\"", "null", "\"\"");

    private @Nullable String name;
    private String arguments = "";
    private boolean function = true;

    private ToolCallReader() {}

    /// @param whole whether the calls are those of a whole answer; empty fragments of a stream are left out
    static List<ToolCallPart> read(JsonReader in, boolean whole) throws IOException {
        List<ToolCallPart> calls = new ArrayList<>();
        int position = 0;
        for (boolean more = in.firstItem(); more; more = in.nextItem()) {
            if (position < MOST && in.enterObject()) {
                ToolCallPart call = new ToolCallReader().call(in, position, whole);
                if (whole || isNotEmpty(call)) {
                    calls.add(call);
                }
            } else {
                in.skip();
            }
            position++;
        }
        return calls;
    }

    private ToolCallPart call(JsonReader in, int position, boolean whole) throws IOException {
        int index = whole ? position : ToolCallNumbers.NONE;
        String id = null;
        var extras = new LinkedHashMap<String, String>();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
            if (field.equals("id")) {
                id = in.scalar();
            } else if (field.equals("index") && !whole) {
                index = (int) in.count(Integer.MAX_VALUE, ToolCallNumbers.NONE);
            } else if (field.equals("function")) {
                // Kept unchanged, in case it has fields that ToolCallPart lacks: LiteLLM puts Gemini's signature of its
                // reasoning here (langbot-app/LangBot 2265, 2026-06).
                int start = in.start();
                readFunction(in);
                extras.put(field, in.json(start));
            } else {
                extras.put(field, in.json());
            }
        }
        if (!FUNCTION_TYPES.contains(extras.getOrDefault("type", "null"))) {
            name = null;
            arguments = "";
        } else if (function) {
            extras.remove("type");
            extras.remove("function");
        } else if (name != null) {
            extras.put("type", "\"function\"");
        }
        return new ToolCallPart(index, id, name, arguments, extras.isEmpty() ? Extras.NONE : new Extras(extras));
    }

    private void readFunction(JsonReader in) throws IOException {
        function = in.isNull() || in.isObject();
        for (String field = in.firstField(); field != null; field = in.nextField()) {
            switch (field) {
                case "name" -> name = in.scalar();
                // JSON as text; some providers send the JSON itself.
                case "arguments" ->
                    arguments = in.isText() ? Objects.requireNonNull(in.text()) : in.isNull() ? "" : in.json();
                default -> {
                    function = false;
                    in.skip();
                }
            }
        }
    }

    private static boolean isNotEmpty(ToolCallPart part) {
        return part.id() != null
                || part.name() != null
                || !part.arguments().isEmpty()
                || !part.extras().fields().isEmpty();
    }
}
