package io.keywheel.adapters.llm.openai;

import io.keywheel.contract.Calls;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.routing.ModelId;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Requests written by dialects, as text with `'` for each quotation mark.
final class WrittenRequest {

    static final Conversation HI = Conversation.of(Message.user("Hi"));

    private WrittenRequest() {}

    /// @param fields as `name=JSON; name=JSON`, with `'` for quotation marks
    static Extras extras(@Nullable String fields) {
        var extras = new LinkedHashMap<String, String>();
        for (String field : (fields == null || fields.isEmpty() ? new String[0] : fields.split("; "))) {
            String[] parts = field.split("=", 2);
            extras.put(parts[0], parts[1].replace('\'', '"'));
        }
        return new Extras(extras);
    }

    private static String body(
            Dialect dialect, Conversation conversation, Sampling sampling, Extras extras, boolean stream) {
        var call = Calls.call(TestCalls.GROQ, conversation, sampling, extras);
        byte[] body = new RequestWriter(dialect, new ModelId("m")).write(call, stream);
        return new String(body, StandardCharsets.UTF_8).replace('"', '\'');
    }

    /// The fields written after the model and the message "Hi".
    static String fields(Dialect dialect, Sampling sampling, Extras extras) {
        return fields(dialect, HI, sampling, extras, false);
    }

    static String fields(Dialect dialect, Conversation conversation, Sampling sampling, Extras extras, boolean stream) {
        return after(
                "{'model':'m','messages':[{'role':'user','content':'Hi'}]",
                body(dialect, conversation, sampling, extras, stream));
    }

    static String message(Dialect dialect, Message message) {
        return messages(dialect, Conversation.of(message));
    }

    static String messages(Dialect dialect, Conversation conversation) {
        String rest =
                after("{'model':'m','messages':[", body(dialect, conversation, Sampling.DEFAULT, Extras.NONE, false));
        return rest.substring(0, rest.length() - "]}".length());
    }

    static String tools(Dialect dialect, Tool... tools) {
        return fields(
                dialect, new Conversation(HI.messages(), List.of(tools), null), Sampling.DEFAULT, Extras.NONE, false);
    }

    private static String after(String start, String body) {
        if (!body.startsWith(start)) {
            throw new AssertionError(body);
        }
        return body.substring(start.length());
    }

    static Message message(Role role, @Nullable String extras, Part... parts) {
        return new Message(role, List.of(parts), List.of(), null, extras(extras));
    }
}
