package io.keywheel.adapters.http.anthropic;

import io.keywheel.adapters.http.request.Requests;
import io.keywheel.adapters.http.request.Transcript;

/// Requests in short: `'` stands for a quotation mark, `#` for what every request needs.
final class Asked {

    private Asked() {}

    static AnthropicRequest read(String body) {
        return AnthropicRequest.read(
                Requests.json(body.replace("#", "'max_tokens':9,'messages':[{'role':'user','content':'a'}]")));
    }

    /// The messages of a request.
    static String said(AnthropicRequest request) {
        return Transcript.of(request.command().conversation().messages());
    }
}
