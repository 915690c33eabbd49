//! The room's relay, from either end.

use bidroom_wire::bridge::{AcceptBody, ClaimBody, Heard, Invitation, PairingCode, PairingEnd, Post};
use reqwest::Method;

use super::connect::send;
use super::{Client, ClientError};

impl Client {
    /// This connection as one end of a pairing.
    fn end_of(&self, token: &str) -> Self {
        let mut end = self.clone();
        end.set_token(Some(token.to_owned()));
        end
    }

    /// A helper waits for a page that types the code.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn bridge_offer(&self) -> Result<(Self, PairingCode), ClientError> {
        let code: PairingCode = self.post("pairing", "bridge/offers", &()).await?;
        Ok((self.end_of(&code.token), code))
    }

    /// A helper that was started by a link.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn bridge_accept(&self, link: &str) -> Result<(Self, PairingCode), ClientError> {
        let body = AcceptBody { link: link.to_owned() };
        let code: PairingCode = self.post("pairing", "bridge/acceptances", &body).await?;
        Ok((self.end_of(&code.token), code))
    }

    /// A page types a helper's code.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn bridge_claim(&self, code: &str) -> Result<Self, ClientError> {
        let body = ClaimBody { code: code.to_owned() };
        let end: PairingEnd = self.post("pairing", "bridge/claims", &body).await?;
        Ok(self.end_of(&end.token))
    }

    /// A page asks for a link that starts a helper.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn bridge_invite(&self) -> Result<(Self, Invitation), ClientError> {
        let invitation: Invitation = self.post("pairing", "bridge/invitations", &()).await?;
        Ok((self.end_of(&invitation.token), invitation))
    }

    /// Sends a message to the other end. Sending a number again is harmless.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn bridge_post(&self, post: &Post) -> Result<(), ClientError> {
        send("a message", self.request(Method::POST, "bridge/messages")?.json(post)).await.map(drop)
    }

    /// What came after a number; waits for it up to `wait` seconds.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn bridge_heard(&self, after: u64, wait: u32) -> Result<Heard, ClientError> {
        self.get("messages", &format!("bridge/messages?after={after}&wait={wait}")).await
    }

    /// Ends the pairing.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn bridge_end(&self) -> Result<(), ClientError> {
        send("ending the pairing", self.request(Method::POST, "bridge/end")?).await.map(drop)
    }
}
