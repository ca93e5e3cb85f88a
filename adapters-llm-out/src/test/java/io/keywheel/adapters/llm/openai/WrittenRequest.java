package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.llm.openai.OpenAiWire.Dialect;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.json.WrittenJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;

/// What dialects make of calls, as text.
final class WrittenRequest {

    private WrittenRequest() {}

    static Extras extras(String... namesAndJsons) {
        var fields = new LinkedHashMap<String, String>();
        for (int i = 0; i < namesAndJsons.length; i += 2) {
            fields.put(namesAndJsons[i], namesAndJsons[i + 1]);
        }
        return new Extras(fields);
    }

    static LlmCall call(Conversation conversation, Sampling sampling, Extras extras) {
        return new LlmCall(TestCalls.target(1), conversation, sampling, extras, Duration.ofSeconds(1));
    }

    /// What is written after the model and the one message "Hi".
    static String fields(Dialect dialect, Sampling sampling, Extras extras) {
        return fields(dialect, call(Conversation.of(Message.user("Hi")), sampling, extras), false);
    }

    static String fields(Dialect dialect, LlmCall call, boolean stream) {
        String start = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
        String body =
                new String(new RequestWriter(dialect, new ModelId("m")).write(call, stream), StandardCharsets.UTF_8);
        if (!body.startsWith(start)) {
            throw new AssertionError(body);
        }
        return body.substring(start.length());
    }

    static String message(Dialect dialect, Message message) {
        return written(json -> new MessageWriter(dialect).write(message, json));
    }

    static String tools(Dialect dialect, Tool... tools) {
        return written(json -> {
            json.writeStartObject();
            new ToolWriter(dialect).write(List.of(tools), json);
            json.writeEndObject();
        });
    }

    private interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    private static String written(Writing writing) {
        var text = new ByteArrayOutputStream();
        try (JsonGenerator json = WrittenJson.generator(text)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
