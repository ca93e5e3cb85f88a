package io.keywheel.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An answer as a client received it, over any API.
///
/// @param content the whole text, joined
/// @param source `provider/model`; null if the gateway did not name it
/// @param finish the finish reason; null if the answer has no end
/// @param error the error's code; null if there was none
/// @param raw the unparsed answer
record Answer(
        String content,
        @Nullable String source,
        @Nullable String finish,
        @Nullable String error,
        String raw) {

    /// An HTTP response, possibly incomplete.
    ///
    /// @param status 0 if no head arrived
    /// @param source `provider/model` of the headers; null if they do not name it
    /// @param asked whether the head reports an attempt at a provider
    /// @param failure why the response is incomplete; null if it is complete
    record Response(
            int status,
            @Nullable String source,
            boolean asked,
            String body,
            @Nullable String failure) {

        private List<String> events() {
            return body.lines()
                    .filter(line -> line.startsWith("data: "))
                    .map(line -> line.substring("data: ".length()))
                    .toList();
        }

        String raw() {
            return "status " + status + " by " + source + " " + body + (failure == null ? "" : " [" + failure + "]");
        }
    }

    private static final Set<Integer> REJECTED = Set.of(400, 413, 418, 422);
    private static final JsonMapper MAPPER = new JsonMapper();

    static Answer of(Form form, Response response) {
        boolean streamed = response.status() == 200 && (form == Form.STREAM || form == Form.OPENAI_STREAM);
        List<String> parts = streamed ? response.events() : List.of(response.body());
        return form.path.startsWith("/v1/") ? ofOpenAi(parts, streamed, response) : ofNative(parts, response);
    }

    /// Head and body must name the same source.
    private static Answer ofNative(List<String> parts, Response response) {
        Answer answer = ofMessages(parts.stream().map(Answer::json).toList());
        String source = Objects.equals(answer.source, response.source()) ? answer.source : null;
        return new Answer(answer.content, source, answer.finish, answer.error, response.raw());
    }

    static Answer ofMessages(List<JsonNode> messages) {
        var content = new StringBuilder();
        messages.forEach(message -> content.append(text(message.path("content"))));
        JsonNode last = messages.isEmpty() ? MissingNode.getInstance() : messages.getLast();
        String source = last.has("provider") && last.has("model")
                ? last.path("provider").asText() + "/" + last.path("model").asText()
                : null;
        return new Answer(
                content.toString(),
                source,
                last.path("finish_reason").textValue(),
                last.path("code").textValue(),
                messages.toString());
    }

    private static Answer ofOpenAi(List<String> parts, boolean streamed, Response response) {
        var content = new StringBuilder();
        String finish = null;
        String error = null;
        for (String part : parts) {
            JsonNode json = json(part);
            JsonNode choice = json.path("choices").path(0);
            content.append(text(choice.path(streamed ? "delta" : "message").path("content")));
            if (choice.path("finish_reason").isTextual()) {
                finish = choice.path("finish_reason").textValue();
            }
            error = json.has("error") ? openAiError(response, json) : error;
        }
        boolean ends = !streamed || (!parts.isEmpty() && parts.getLast().equals("[DONE]"));
        return new Answer(content.toString(), response.source(), ends ? finish : null, error, response.raw());
    }

    /// A provider's errors have other codes, or none.
    private static String openAiError(Response response, JsonNode body) {
        boolean rejected = response.asked() && REJECTED.contains(response.status());
        return rejected ? "rejected" : body.path("error").path("code").asText("an error without a code");
    }

    private static String text(JsonNode node) {
        return node.isTextual() ? node.textValue() : "";
    }

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance();
        }
    }
}
