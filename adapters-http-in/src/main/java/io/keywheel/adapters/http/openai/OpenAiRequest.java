package io.keywheel.adapters.http.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.server.ChatRunner.ParsedChat;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.json.WrittenJson;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// A request of OpenAI's `POST /v1/chat/completions`.
///
/// @param includeUsage whether a stream ends with its token usage
public record OpenAiRequest(ChatCommand command, boolean stream, boolean includeUsage) {

    private static final int MOST_CHOICES = 128;

    /// Without the limits of tokens and `stream_options`, which are also passed on as written: a provider may require
    /// the same spelling.
    private static final Set<String> TYPED = Set.of(
            "model",
            "messages",
            "tools",
            "tool_choice",
            "stream",
            "fallback",
            "temperature",
            "top_p",
            "stop",
            "seed",
            "n");

    public static ParsedChat parse(ObjectNode body, Instant now) {
        OpenAiRequest read = read(body);
        var writer = new ChatCompletionWriter(RequestContext.current().id(), now);
        return new ParsedChat(
                read.command(),
                read.stream(),
                List.of(),
                writer::whole,
                (events, model) -> new OpenAiStream(events, writer, model, read.includeUsage()));
    }

    /// @throws RefusedException if `body` is not a chat request as OpenAI's clients write it
    public static OpenAiRequest read(ObjectNode body) {
        var fields = new Fields(body, "");
        var command = new ChatCommand(
                        new Conversation(
                                OpenAiMessages.read(fields), OpenAiTools.read(fields), OpenAiTools.choice(fields)),
                        sampling(fields),
                        WrittenJson.extrasExcept(body, TYPED),
                        new ModelSelector(null, fields.modelOrProvider("model")),
                        fields.flag("fallback", true))
                .withCacheKey(fields.cacheKey("prompt_cache_key", "user"));
        boolean stream = fields.flag("stream", false);
        return new OpenAiRequest(command, stream, includeUsage(fields, stream));
    }

    private static Sampling sampling(Fields fields) {
        Long maxCompletionTokens = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
        Long maxTokens = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
        Long choices = fields.integer("n", 1, MOST_CHOICES);
        return new Sampling(
                fields.number("temperature", 2),
                maxCompletionTokens == null ? maxTokens : maxCompletionTokens,
                fields.number("top_p", 1),
                fields.stop("stop"),
                fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                choices == null ? null : choices.intValue());
    }

    private static boolean includeUsage(Fields fields, boolean stream) {
        Fields options = fields.inner("stream_options");
        if (options == null) {
            return false;
        }
        if (!stream) {
            throw fields.invalid("stream_options", "is only allowed with stream: true");
        }
        return options.flag("include_usage", false);
    }
}
