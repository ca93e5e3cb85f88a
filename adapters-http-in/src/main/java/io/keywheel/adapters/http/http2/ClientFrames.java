package io.keywheel.adapters.http.http2;

import io.keywheel.adapters.http.hpack.FieldDecoder;
import io.keywheel.adapters.http.http2.Http2.Limits;

/// What a client says, frame by frame.
final class ClientFrames {

    private final Streams streams;
    private final Outlet outlet;
    private final Windows windows;
    private final Credit credit;
    private final Limits limits;
    private final Heads heads;
    private final ClientSettings settings;
    private final IncomingWindow incoming;

    ClientFrames(Streams streams, Outlet outlet, Windows windows, Credit credit, Limits limits) {
        this.streams = streams;
        this.outlet = outlet;
        this.windows = windows;
        this.credit = credit;
        this.heads = new Heads(streams, credit, limits.head());
        this.settings = new ClientSettings(streams, outlet, windows, credit);
        this.incoming = new IncomingWindow(outlet);
        this.limits = limits;
    }

    /// Says what this side allows.
    void greet() {
        settings.greet(limits.streamsOfOne());
        incoming.greet();
    }

    /// Whether the next one is due at once.
    boolean areAmidHead() {
        return heads.areBegun();
    }

    void first(Frame frame) {
        if (frame.type() != Frame.SETTINGS || frame.has(Frame.ACK)) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "no settings");
        }
        take(frame);
    }

    void take(Frame frame) {
        try {
            if (heads.areBegun()) {
                heads.goOn(frame);
            } else {
                dispatch(frame);
            }
        } catch (BrokenStreamException e) {
            if (frame.stream() == 0) {
                throw new BrokenConnectionException(e.code(), "of the whole connection");
            }
            charge(e);
            streams.reset(frame.stream(), e.code());
        } catch (FieldDecoder.BrokenException _) {
            throw new BrokenConnectionException(ErrorCode.COMPRESSION_ERROR, "a head that cannot be unpacked");
        }
    }

    /// Where there is no room for more, clients keep what they have.
    private void charge(BrokenStreamException e) {
        if (e.isForRoom()) {
            credit.frame();
        } else {
            credit.lostStream();
        }
    }

    private void dispatch(Frame frame) {
        switch (frame.type()) {
            case Frame.DATA -> data(frame);
            case Frame.HEADERS -> heads.begin(frame);
            case Frame.PRIORITY -> priority(frame);
            case Frame.RST_STREAM -> reset(frame);
            case Frame.SETTINGS -> settings.take(frame);
            case Frame.PING -> ping(frame);
            case Frame.WINDOW_UPDATE -> windowUpdate(frame);
            case Frame.PUSH_PROMISE, Frame.CONTINUATION ->
                throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "a frame out of place");
            default -> credit.frame();
        }
    }

    private void data(Frame frame) {
        Http2Stream stream = streams.get(frame.stream());
        incoming.take(frame.payload().length);
        byte[] data = frame.unpadded();
        boolean ends = frame.has(Frame.END_STREAM);
        if (stream == null) {
            credit.data(frame.payload().length);
        } else {
            if (data.length == 0 && !ends) {
                credit.frame();
            }
            stream.data(data, frame.payload().length, ends);
        }
    }

    private void priority(Frame frame) {
        frame.mustHave(5);
        if (frame.stream() == 0) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "a priority of no stream");
        }
        credit.frame();
    }

    private void reset(Frame frame) {
        frame.mustHave(4);
        Http2Stream stream = streams.get(frame.stream());
        if (stream == null) {
            credit.frame();
        } else {
            stream.leave();
            credit.lostStream();
        }
    }

    private void ping(Frame frame) {
        frame.mustBeOfAll();
        frame.mustHave(8);
        credit.frame();
        if (!frame.has(Frame.ACK)) {
            outlet.put(new Frame(Frame.PING, Frame.ACK, 0, frame.payload()));
        }
    }

    private void windowUpdate(Frame frame) {
        frame.mustHave(4);
        credit.frame();
        if (frame.number() == 0) {
            throw new BrokenStreamException(ErrorCode.PROTOCOL_ERROR, "a window that grows by nothing");
        }
        if (frame.stream() == 0) {
            windows.widen(frame.number());
            return;
        }
        Http2Stream stream = streams.get(frame.stream());
        if (stream != null) {
            stream.window().widen(frame.number());
        }
    }
}
