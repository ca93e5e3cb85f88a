package io.keywheel.clients.openai;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnexpectedStatusCodeException;
import io.keywheel.clients.AgentBehaviours;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;

/// The code of openai-java shared by both OpenAI APIs.
abstract class OpenAiSdk extends AgentBehaviours {

    /// By their tokens.
    private final Map<String, OpenAIClient> clients = new HashMap<>();

    OpenAIClient client(String token) {
        return clients.computeIfAbsent(
                token,
                _ -> OpenAIOkHttpClient.builder()
                        .baseUrl(world.baseUrl())
                        .apiKey(token)
                        .maxRetries(0)
                        .build());
    }

    @AfterAll
    void close() {
        clients.values().forEach(OpenAIClient::close);
    }

    @Override
    protected Class<? extends RuntimeException> exception(Failure failure) {
        return switch (failure) {
            case WRONG_TOKEN -> UnauthorizedException.class;
            case UNKNOWN_MODEL -> NotFoundException.class;
            case TOO_LARGE -> UnexpectedStatusCodeException.class;
            case REJECTED -> BadRequestException.class;
            case LIMITED -> RateLimitException.class;
            case DOWN -> InternalServerException.class;
        };
    }

    @Override
    protected OptionalInt retryAfter(RuntimeException error) {
        var headers = ((OpenAIServiceException) error).headers();
        return OptionalInt.of(Integer.parseInt(headers.values("Retry-After").getFirst()));
    }
}
