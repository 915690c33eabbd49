//! Feldman's sharing over the SM2 scalar field: `vsss-rs` with containers that erase what they held.

use sm2::elliptic_curve::ff::PrimeField as _;
use sm2::{ProjectivePoint, Scalar};
use vsss_rs::{
    Feldman, FeldmanVerifierSet, IdentifierPrimeField, Polynomial, ReadableShareSet, Shamir, ValueGroup,
    WriteableShareSet,
};
use zeroize::{Zeroize as _, Zeroizing};

use crate::suite::sm2::{PublicKey, SecretKey};

type Element = IdentifierPrimeField<Scalar>;
type Point = ValueGroup<ProjectivePoint>;
type Part = (Element, Element);

/// Coefficients or parts; erased when dropped.
struct Erased(Vec<Part>);

impl Drop for Erased {
    fn drop(&mut self) {
        for (identifier, value) in &mut self.0 {
            identifier.0.zeroize();
            value.0.zeroize();
        }
    }
}

impl AsRef<[Part]> for Erased {
    fn as_ref(&self) -> &[Part] {
        &self.0
    }
}

impl AsMut<[Part]> for Erased {
    fn as_mut(&mut self) -> &mut [Part] {
        &mut self.0
    }
}

impl WriteableShareSet<Part> for Erased {
    fn create(size: usize) -> Self {
        Self(vec![Part::default(); size])
    }
}

impl Polynomial<Part> for Erased {
    fn create(size: usize) -> Self {
        Self(vec![Part::default(); size])
    }

    fn coefficients(&self) -> &[Part] {
        &self.0
    }

    fn coefficients_mut(&mut self) -> &mut [Part] {
        &mut self.0
    }
}

struct Sharing;

impl Shamir<Part> for Sharing {
    type InnerPolynomial = Erased;
    type ShareSet = Erased;
}

impl Feldman<Part, Point> for Sharing {
    type VerifierSet = Vec<Point>;
}

/// Parts by index from 1, and the commitments to the polynomial's coefficients, the key's public half first.
pub(crate) struct Split {
    pub(crate) parts: Vec<Zeroizing<[u8; 32]>>,
    pub(crate) commitments: Vec<PublicKey>,
}

/// Splits a key into `total` parts of which `threshold` suffice. `None` in the case, of probability 2⁻²⁵⁵ or so, that
/// a coefficient or a part is zero.
pub(crate) fn split(
    key: &SecretKey,
    threshold: usize,
    total: usize,
    rng: &mut impl rand_core::CryptoRng,
) -> Option<Split> {
    let mut secret = IdentifierPrimeField(scalar(&key.to_bytes())?);
    let split = Sharing::split_secret_with_verifier(threshold, total, &secret, None, rng);
    secret.0.zeroize();
    let (parts, verifiers): (Erased, Vec<Point>) = split.ok()?;
    let commitments: Option<Vec<PublicKey>> = FeldmanVerifierSet::<Part, Point>::verifiers(&verifiers)
        .iter()
        .map(|point| PublicKey::from_affine(point.0.to_affine()).ok())
        .collect();
    let commitments = commitments?;
    let mut bytes = Vec::with_capacity(total);
    for ((identifier, value), index) in parts.0.iter().zip(1_u64..) {
        (identifier.0 == Scalar::from(index)).then_some(())?;
        let part = Zeroizing::new(value.0.to_repr().into());
        verify(index, &part, &commitments).then_some(())?;
        bytes.push(part);
    }
    Some(Split { parts: bytes, commitments })
}

/// Whether `part` is the part of `index` of the key committed to: part·G = Σ commitmentⱼ · indexʲ.
pub(crate) fn verify(index: u64, part: &[u8; 32], commitments: &[PublicKey]) -> bool {
    let Some(mut value) = scalar(part) else { return false };
    let points: Vec<Point> =
        commitments.iter().map(|point| ValueGroup(ProjectivePoint::from(*point.as_affine()))).collect();
    let set = Vec::<Point>::feldman_set(&points);
    let verified = FeldmanVerifierSet::<Part, Point>::verify_share(
        &set,
        &(IdentifierPrimeField(Scalar::from(index)), IdentifierPrimeField(value)),
    )
    .is_ok();
    value.zeroize();
    verified
}

/// The key of which these are the parts, with their indices; a wrong one if the parts are wrong or too few.
pub(crate) fn join<'a>(parts: impl Iterator<Item = (u64, &'a [u8; 32])>) -> Option<SecretKey> {
    let parts: Option<Vec<Part>> = parts
        .map(|(index, part)| {
            Some((IdentifierPrimeField(Scalar::from(index)), IdentifierPrimeField(scalar(part)?)))
        })
        .collect();
    let parts = Erased(parts?);
    let mut joined: Element = ReadableShareSet::<Part>::combine(&parts).ok()?;
    let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(joined.0.to_repr().into());
    joined.0.zeroize();
    SecretKey::from_bytes(&bytes).ok()
}

fn scalar(bytes: &[u8; 32]) -> Option<Scalar> {
    Scalar::from_repr((*bytes).into()).into_option()
}

/// A verifier set with the curve's generator.
trait WithGenerator {
    fn feldman_set(points: &[Point]) -> Self;
}

impl WithGenerator for Vec<Point> {
    fn feldman_set(points: &[Point]) -> Self {
        FeldmanVerifierSet::<Part, Point>::feldman_set_with_generator_and_verifiers(
            ValueGroup(ProjectivePoint::GENERATOR),
            points,
        )
    }
}
