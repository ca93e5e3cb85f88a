/// The blocks of an answer, for the APIs that send an answer as blocks. It depends on no API.
@NullMarked
package io.keywheel.adapters.http.answers;

import org.jspecify.annotations.NullMarked;
