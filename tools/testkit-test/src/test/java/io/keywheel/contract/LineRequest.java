package io.keywheel.contract;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class LineRequest {

    private final HttpRequest request;
    private final @Nullable Failure refusal;
    private final boolean chat;

    LineRequest(LlmCall call, boolean streamed, ProviderSettings settings, Mutant mutant) {
        int place = mutant.is("sends_the_key_of_the_call")
                ? 1
                : call.target().key().slot().ordinal();
        this.request = request(path(call, mutant), place, settings, mutant)
                .POST(HttpRequest.BodyPublishers.ofString(LineFaults.in(text(call, streamed, mutant), mutant)))
                .build();
        this.refusal = refusal(call, mutant);
        this.chat = true;
    }

    private static String path(LlmCall call, Mutant mutant) {
        return mutant.is("escapes_the_model_id_in_the_request_target")
                ? "/talk/" + call.target().model()
                : "/talk";
    }

    private LineRequest(HttpRequest request) {
        this.request = request;
        this.refusal = null;
        this.chat = false;
    }

    static LineRequest models(KeySlot key, ProviderSettings settings, Mutant mutant) {
        int place = mutant.is("lists_models_with_the_given_key") ? 1 : key.ordinal();
        return new LineRequest(request("/models", place, settings, mutant).build());
    }

    private static HttpRequest.Builder request(String path, int place, ProviderSettings settings, Mutant mutant) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.baseUrl() + path));
        String key = settings.keys().get(place - 1).reveal();
        if (!key.isEmpty() || mutant.is("sends_no_key_to_a_keyless_provider")) {
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

    private static String text(LlmCall call, boolean streamed, Mutant mutant) {
        var text = new StringBuilder();
        ModelId model = mutant.is("sends_the_model_of_the_call")
                ? AdapterUnderTest.MODEL
                : call.target().model();
        text.append("model ").append(model).append('\n');
        text.append("streams ").append(streamed).append('\n');
        text.append(call.sampling()).append('\n').append(call.extras()).append('\n');
        text.append(call.conversation().tools()).append('\n');
        text.append("choice ").append(call.conversation().toolChoice()).append('\n');
        List<Message> messages = call.conversation().messages();
        boolean forgets = mutant.is("sends_the_text_of_every_message");
        for (Message message : messages.subList(forgets ? Math.max(0, messages.size() - 8) : 0, messages.size())) {
            text.append(role(message.role(), mutant)).append('\n');
            message.content().stream()
                    .filter(Part.Text.class::isInstance)
                    .forEach(part -> text.append(part).append('\n'));
            text.append("calls ").append(message.toolCalls()).append('\n');
            text.append("answers ").append(message.toolCallId()).append('\n');
            text.append("failed ").append(message.toolFailed()).append('\n');
        }
        return text.toString();
    }

    private static String role(Role role, Mutant mutant) {
        boolean swapped = mutant.is("sends_the_role_of_every_message");
        return switch (role) {
            case USER -> swapped ? "assistant" : "user";
            case ASSISTANT -> swapped ? "user" : "assistant";
            case SYSTEM -> "system";
            case DEVELOPER -> mutant.is("sends_a_developer_message_never_as_user") ? "user" : "system";
            case TOOL -> "tool";
        };
    }

    /// It has no words for pictures and what else is no text.
    private static @Nullable Failure refusal(LlmCall call, Mutant mutant) {
        for (Message message : call.conversation().messages()) {
            for (Part part : message.content()) {
                switch (part) {
                    case Part.Text _ -> {}
                    case Part.Image _ -> {
                        return mutant.dropsFeatures() ? null : unsupported("image");
                    }
                    case Part.Other(var fields) -> {
                        return mutant.dropsFeatures()
                                ? null
                                : unsupported(fields.fields().toString());
                    }
                }
            }
        }
        return null;
    }

    private static Failure unsupported(String what) {
        return new Failure.Unsupported(new UpstreamError(422, "it has no words for that", null, what, null));
    }
}
