package io.keywheel.adapters.http;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;

/// A streamed answer in the words of one door.
interface StreamedAnswer extends AnswerSink {

    /// Says that it was all.
    void end(Answer answer);

    /// Says that no more will come, and why.
    void breakOff(ErrorAnswer answer);
}
