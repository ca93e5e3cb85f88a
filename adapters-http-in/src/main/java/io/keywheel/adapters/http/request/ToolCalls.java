package io.keywheel.adapters.http.request;

import io.keywheel.adapters.http.json.Fields;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.json.WrittenJson;
import java.util.List;
import java.util.Set;

/// Reads the calls that an assistant's message asks for.
public final class ToolCalls {

    private ToolCalls() {}

    public static List<ToolCall> read(Fields message) {
        return message.objects("tool_calls").stream().map(ToolCalls::call).toList();
    }

    private static ToolCall call(Fields fields) {
        String id = fields.needed("id");
        if (!fields.needed("type").equals("function")) {
            return other(id, fields);
        }
        Fields function = fields.needed("function", fields.inner("function"));
        var call = new ToolCall(
                id,
                function.needed("name"),
                function.needed("arguments"),
                WrittenJson.beyond(fields.object(), Set.of("id", "type", "function")));
        return function.saysMoreThan(Set.of("name", "arguments")) ? other(id, fields) : call;
    }

    /// A call the vocabulary has no words for, or not enough.
    private static ToolCall other(String id, Fields fields) {
        return new ToolCall(id, "", "", WrittenJson.beyond(fields.object(), Set.of("id")));
    }
}
