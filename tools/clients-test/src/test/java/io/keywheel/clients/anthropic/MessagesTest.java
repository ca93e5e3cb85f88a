package io.keywheel.clients.anthropic;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.ContentTooLargeException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.OverloadedException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.clients.AgentBehaviours;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;

/// anthropic-java.
final class MessagesTest extends AgentBehaviours {

    /// By their tokens.
    private final Map<String, AnthropicClient> clients = new HashMap<>();

    private AnthropicClient client(String token) {
        return clients.computeIfAbsent(
                token,
                _ -> AnthropicOkHttpClient.builder()
                        .baseUrl(world.address().toString())
                        .apiKey(token)
                        .maxRetries(0)
                        .build());
    }

    @AfterAll
    void close() {
        clients.values().forEach(AnthropicClient::close);
    }

    @Override
    protected Answer ask(Form form, String token, String model, String text) {
        var question =
                MessageCreateParams.builder().model(model).maxTokens(1000).addUserMessage(text);
        for (var tool : List.of("weather", "clock")) {
            question.addTool(Tool.builder()
                    .name(tool)
                    .inputSchema(Tool.InputSchema.builder().build())
                    .build());
        }
        return ask(form, client(token), question);
    }

    private Answer ask(Form form, AnthropicClient client, MessageCreateParams.Builder question) {
        var message = switch (form) {
            case WHOLE -> client.messages().create(question.build());
            case STREAM -> stream(client, question.build());
        };
        var text = new StringBuilder();
        var calls = new HashMap<String, JsonNode>();
        var used = new ArrayList<ToolUseBlock>();
        for (var block : message.content()) {
            block.text().ifPresent(each -> text.append(each.text()));
            block.toolUse().ifPresent(used::add);
        }
        used.forEach(use -> calls.put(use.name(), JSON.valueToTree(use._input())));
        return new Answer(text.toString(), calls, results -> {
            var blocks = new ArrayList<ContentBlockParam>();
            for (int i = 0; i < used.size(); i++) {
                blocks.add(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                        .toolUseId(used.get(i).id())
                        .content(results.get(i))
                        .build()));
            }
            return ask(form, client, question.addMessage(message).addUserMessageOfContentBlockParams(blocks));
        });
    }

    private Message stream(AnthropicClient client, MessageCreateParams question) {
        var accumulator = MessageAccumulator.create();
        try (var response = client.messages().createStreaming(question)) {
            response.stream().forEach(event -> {
                accumulator.accumulate(event);
                event.contentBlockDelta()
                        .flatMap(delta -> delta.delta().text())
                        .ifPresent(delta -> received.add(delta.text()));
            });
        }
        return accumulator.message();
    }

    @Override
    protected Class<? extends RuntimeException> exception(Failure failure) {
        return switch (failure) {
            case WRONG_TOKEN -> UnauthorizedException.class;
            case UNKNOWN_MODEL -> NotFoundException.class;
            case TOO_LARGE -> ContentTooLargeException.class;
            case REJECTED -> BadRequestException.class;
            case LIMITED -> RateLimitException.class;
            case DOWN -> OverloadedException.class;
        };
    }

    @Override
    protected OptionalInt retryAfter(RuntimeException error) {
        var headers = ((AnthropicServiceException) error).headers();
        return OptionalInt.of(Integer.parseInt(headers.values("Retry-After").getFirst()));
    }
}
