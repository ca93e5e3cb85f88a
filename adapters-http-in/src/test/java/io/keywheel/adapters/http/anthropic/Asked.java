package io.keywheel.adapters.http.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keywheel.adapters.http.request.StrictJson;
import io.keywheel.adapters.http.request.Transcript;

/// Requests in short: `'` stands for a quotation mark, `#` for what every request needs.
final class Asked {

    private Asked() {}

    static AnthropicRequest read(String body) {
        String written = body.replace("#", "'max_tokens':9,'messages':[{'role':'user','content':'a'}]")
                .replace('\'', '"');
        return AnthropicRequest.read(StrictJson.object(written.getBytes(UTF_8)));
    }

    /// What messages become.
    static String messages(String messages) {
        return Transcript.of(read("{'max_tokens':9,'messages':[" + messages + "]}")
                .command()
                .conversation()
                .messages());
    }
}
