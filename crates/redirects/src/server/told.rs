//! The body of an old home's answer on its way to the visitor: as it comes, in pieces, and no longer than either end takes part. A
//! task of its own hears the old home and hands on, so that a visitor who does not listen is noticed in every version of HTTP.

use super::seats::Busy;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::timeout;

/// Bytes that are handed on at once: a visitor on a slow line shows with each that it listens.
const PIECE_BYTES: usize = 16 * 1024;

/// A piece, or the end of a whole body.
type Piece = Option<Frame<Bytes>>;

/// The old home or the visitor did not go on.
#[derive(Debug, thiserror::Error)]
#[error("the answer of the old home was cut")]
pub(super) struct Cut;

/// How long it is waited for each end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) with_old_home: Duration,
    pub(super) with_visitor: Duration,
}

/// A body that comes from the old home.
#[derive(Debug)]
pub(super) struct Told {
    pieces: mpsc::Receiver<Piece>,
    /// Of the whole.
    length: SizeHint,
    ended: bool,
    busy: Option<Busy>,
}

impl Told {
    /// Hands on `body`; `place` is free again when that has ended, well or not.
    pub(super) fn of(body: Incoming, patience: Patience, place: OwnedSemaphorePermit) -> Self {
        let (length, ended) = (body.size_hint(), body.is_end_stream());
        let (hand, pieces) = mpsc::channel(1);
        if !ended {
            tokio::spawn(async move {
                hand_on(body, hand, patience).await;
                drop(place);
            });
        }
        Self {
            pieces,
            length,
            ended,
            busy: None,
        }
    }

    /// Keeps a connection from being looked on as one whose visitor is waited for, as long as it is the old home that is.
    pub(super) fn on(mut self, busy: Option<Busy>) -> Self {
        self.busy = busy;
        self
    }
}

/// Until one end is gone or too slow, or all was handed on.
async fn hand_on(mut body: Incoming, hand: mpsc::Sender<Piece>, patience: Patience) {
    loop {
        let came = tokio::select! {
            () = hand.closed() => return,
            came = timeout(patience.with_old_home, body.frame()) => came,
        };
        let frame = match came {
            Ok(Some(Ok(frame))) => Some(frame),
            Ok(None) => None,
            Ok(Some(Err(_))) | Err(_) => return,
        };
        let is_end = frame.is_none();
        for piece in cut(frame) {
            let handed = timeout(patience.with_visitor, hand.send(piece)).await;
            if !matches!(handed, Ok(Ok(()))) {
                return;
            }
        }
        if is_end {
            return;
        }
    }
}

/// A frame in pieces that are not too large.
fn cut(frame: Piece) -> impl Iterator<Item = Piece> {
    let (mut rest, whole) = match frame.map(Frame::into_data) {
        Some(Ok(bytes)) => (bytes, None),
        Some(Err(trailers)) => (Bytes::new(), Some(Some(trailers))),
        None => (Bytes::new(), Some(None)),
    };
    let pieces = std::iter::from_fn(move || {
        let piece = rest.split_to(rest.len().min(PIECE_BYTES));
        (!piece.is_empty()).then(|| Some(Frame::data(piece)))
    });
    pieces.chain(whole)
}

impl Body for Told {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let came = self.pieces.poll_recv(context);
        if let Some(busy) = &self.busy {
            busy.waits_for_visitor(came.is_ready());
        }
        let piece = ready!(came);
        self.ended = !matches!(piece, Some(Some(_)));
        Poll::Ready(match piece {
            Some(piece) => piece.map(Ok),
            // It went away before the end: what came must not be taken for the whole.
            None => Some(Err(Cut)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }

    fn size_hint(&self) -> SizeHint {
        self.length
    }
}
