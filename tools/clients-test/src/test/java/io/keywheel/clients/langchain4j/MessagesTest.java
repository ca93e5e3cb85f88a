package io.keywheel.clients.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.keywheel.clients.AgentBehaviours;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Stream;

/// LangChain4j's Anthropic module.
final class MessagesTest extends AgentBehaviours {

    private static final List<ToolSpecification> TOOLS = Stream.of("weather", "clock")
            .map(name -> ToolSpecification.builder()
                    .name(name)
                    .parameters(JsonObjectSchema.builder().build())
                    .build())
            .toList();

    @Override
    protected Answer ask(Form form, String token, String model, String text) {
        var client = client(form, token, model);
        return ask(client, List.of(UserMessage.from(text)));
    }

    private Function<ChatRequest, ChatResponse> client(Form form, String token, String model) {
        return switch (form) {
            case WHOLE ->
                AnthropicChatModel.builder()
                        .baseUrl(world.baseUrl())
                        .apiKey(token)
                        .modelName(model)
                        .maxTokens(1000)
                        .maxRetries(0)
                        .build()::chat;
            case STREAM -> {
                var streaming = AnthropicStreamingChatModel.builder()
                        .baseUrl(world.baseUrl())
                        .apiKey(token)
                        .modelName(model)
                        .maxTokens(1000)
                        .build();
                yield request -> stream(streaming, request);
            }
        };
    }

    private ChatResponse stream(AnthropicStreamingChatModel model, ChatRequest request) {
        var stream = new Heard();
        model.chat(request, stream);
        try {
            return stream.response();
        } catch (CompletionException e) {
            throw Objects.requireNonNull((RuntimeException) e.getCause());
        } finally {
            heard.addAll(stream.words);
        }
    }

    private static Answer ask(Function<ChatRequest, ChatResponse> client, List<ChatMessage> said) {
        var request = ChatRequest.builder().messages(said).toolSpecifications(TOOLS);
        var message = client.apply(request.build()).aiMessage();
        var calls = new HashMap<String, JsonNode>();
        message.toolExecutionRequests().forEach(call -> calls.put(call.name(), json(call.arguments())));
        return new Answer(Objects.requireNonNullElse(message.text(), ""), calls, results -> {
            var messages = new ArrayList<>(said);
            messages.add(message);
            for (int i = 0; i < results.size(); i++) {
                messages.add(ToolExecutionResultMessage.from(
                        message.toolExecutionRequests().get(i), results.get(i)));
            }
            return ask(client, messages);
        });
    }

    @Override
    protected Class<? extends RuntimeException> exception(Failure failure) {
        return switch (failure) {
            case STRANGER -> AuthenticationException.class;
            case UNKNOWN_MODEL -> ModelNotFoundException.class;
            case TOO_LARGE, REJECTED -> InvalidRequestException.class;
            case LIMITED -> RateLimitException.class;
            case DOWN -> InternalServerException.class;
        };
    }

    /// It keeps no headers.
    @Override
    protected OptionalInt retryAfter(RuntimeException error) {
        return OptionalInt.empty();
    }
}
