package io.keywheel.contract;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import java.net.URI;
import java.net.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/// A request in lines.
final class LineRequest {

    private final HttpRequest request;
    private final @Nullable Failure refusal;
    private final boolean chat;

    LineRequest(LlmCall call, ProviderSettings settings, Crime crime) {
        int place = crime.is(Fault.ASKS_WITH_THE_KEY_OF_THE_CALL)
                ? 1
                : call.target().key().slot().ordinal();
        this.request = request(path(call, crime), place, settings, crime)
                .POST(HttpRequest.BodyPublishers.ofString(text(call, crime)))
                .build();
        this.refusal = refusal(call, crime);
        this.chat = true;
    }

    private static String path(LlmCall call, Crime crime) {
        return crime.is(Fault.ASKS_FOR_A_MODEL_WITH_ANY_ID_AT_THE_SAME_PLACE)
                ? "/talk/" + call.target().model()
                : "/talk";
    }

    private LineRequest(HttpRequest request) {
        this.request = request;
        this.refusal = null;
        this.chat = false;
    }

    static LineRequest models(KeySlot key, ProviderSettings settings, Crime crime) {
        int place = crime.is(Fault.ASKS_FOR_THE_MODELS_WITH_THE_KEY_IT_IS_GIVEN) ? 1 : key.ordinal();
        return new LineRequest(request("/models", place, settings, crime).build());
    }

    private static HttpRequest.Builder request(String path, int place, ProviderSettings settings, Crime crime) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.baseUrl() + path));
        String key = settings.keys().get(place - 1).reveal();
        if (!key.isEmpty() || crime.is(Fault.SHOWS_NO_KEY_WHERE_THERE_IS_NONE)) {
            request.header("Authorization", "Bearer " + key);
        }
        return request;
    }

    boolean isChat() {
        return chat;
    }

    HttpRequest http() {
        return request;
    }

    /// Why it cannot be sent; null where it can.
    @Nullable
    Failure refusal() {
        return refusal;
    }

    private static String text(LlmCall call, Crime crime) {
        var text = new StringBuilder();
        ModelId model = crime.is(Fault.ASKS_FOR_THE_MODEL_OF_THE_CALL)
                ? Trial.MODEL
                : call.target().model();
        text.append("model ").append(model).append('\n');
        sampling(call.sampling(), crime, text);
        if (!crime.is(Fault.CARRIES_AN_EXTRA_OR_SAYS_THAT_IT_CANNOT)) {
            call.extras()
                    .fields()
                    .forEach((name, json) ->
                            text.append(name).append('=').append(json).append('\n'));
        }
        for (Message message : call.conversation().messages()) {
            message.toolCalls()
                    .forEach(wish -> text.append("call ").append(wish.name()).append('\n'));
            if (message.role() == Role.TOOL) {
                continue; // its crime: it has words for the call, and none for the result
            }
            if (message.role() != Role.ASSISTANT || !crime.is(Fault.ASKS_WITH_THE_WORDS_OF_EVERY_TURN)) {
                message.content().stream()
                        .filter(Part.Text.class::isInstance)
                        .forEach(part -> text.append(part).append('\n'));
            }
        }
        return text.toString();
    }

    private static void sampling(Sampling sampling, Crime crime, StringBuilder text) {
        if (!crime.is(Fault.CARRIES_A_TEMPERATURE_OR_SAYS_THAT_IT_CANNOT)) {
            text.append("temperature ").append(sampling.temperature()).append('\n');
        }
        if (!crime.is(Fault.CARRIES_A_BOUND_ON_TOKENS_OR_SAYS_THAT_IT_CANNOT)) {
            text.append("most ").append(sampling.maxTokens()).append('\n');
        }
        if (!crime.is(Fault.CARRIES_A_TOP_P_OR_SAYS_THAT_IT_CANNOT)) {
            text.append("top ").append(sampling.topP()).append('\n');
        }
        if (!crime.is(Fault.CARRIES_A_TEXT_TO_STOP_AT_OR_SAYS_THAT_IT_CANNOT)) {
            sampling.stop().forEach(stop -> text.append("stop ").append(stop).append('\n'));
        }
        if (!crime.is(Fault.CARRIES_A_SEED_OR_SAYS_THAT_IT_CANNOT)) {
            text.append("seed ").append(sampling.seed()).append('\n');
        }
        if (!crime.is(Fault.CARRIES_SEVERAL_CHOICES_OR_SAYS_THAT_IT_CANNOT)) {
            text.append("choices ").append(sampling.choices()).append('\n');
        }
    }

    /// It has words for extras and choices, and for nothing else.
    private static @Nullable Failure refusal(LlmCall call, Crime crime) {
        for (Message message : call.conversation().messages()) {
            for (ToolCall made : message.toolCalls()) {
                if (!crime.is(
                        made.arguments().equals("{}")
                                ? Fault.CARRIES_THE_RESULT_OF_A_FUNCTION_OR_SAYS_THAT_IT_CANNOT
                                : Fault.CARRIES_THE_ARGUMENTS_OF_A_CALL_OR_SAYS_THAT_IT_CANNOT)) {
                    return unsupported("tools");
                }
            }
            for (Part part : message.content()) {
                switch (part) {
                    case Part.Text _ -> {}
                    case Part.Image image -> {
                        if (!crime.is(
                                image.detail() == null
                                        ? Fault.CARRIES_A_PICTURE_OR_SAYS_THAT_IT_CANNOT
                                        : Fault.CARRIES_THE_DETAIL_OF_A_PICTURE_OR_SAYS_THAT_IT_CANNOT)) {
                            return unsupported("image");
                        }
                    }
                    case Part.Other(var fields) -> {
                        if (!crime.is(Fault.CARRIES_A_PART_OF_ANOTHER_KIND_OR_SAYS_THAT_IT_CANNOT)) {
                            return unsupported(fields.fields().toString());
                        }
                    }
                }
            }
        }
        for (Tool tool : call.conversation().tools()) {
            boolean ignored = switch (tool) {
                case Tool.Function _
                when call.conversation().toolChoice() != null ->
                    crime.is(Fault.CARRIES_THE_CHOICE_OF_A_FUNCTION_OR_SAYS_THAT_IT_CANNOT);
                case Tool.Function function
                when function.strict() != null -> crime.is(Fault.CARRIES_STRICT_OF_A_FUNCTION_OR_SAYS_THAT_IT_CANNOT);
                case Tool.Function function
                when function.description() != null -> crime.is(Fault.CARRIES_A_FUNCTION_OR_SAYS_THAT_IT_CANNOT);
                case Tool.Function _ -> crime.is(Fault.CARRIES_THE_SCHEMA_OF_A_FUNCTION_OR_SAYS_THAT_IT_CANNOT);
                case Tool.Other _ -> crime.is(Fault.CARRIES_A_TOOL_OF_ANOTHER_KIND_OR_SAYS_THAT_IT_CANNOT);
            };
            if (!ignored) {
                return unsupported("tools");
            }
        }
        return null;
    }

    private static Failure unsupported(String what) {
        return new Failure.Unsupported(new UpstreamError(422, "it has no words for that", null, what, null));
    }
}
