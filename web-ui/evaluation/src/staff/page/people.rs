//! The windows about members: seat, one-time PIN, another terminal, a successor, who refuses to sign.

use bidroom_domain::evaluation::{Command, IdentityCheck, LeaveGround, Member, MemberRole};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Button, button, dialog, icon, redraw, t};
use leptos::prelude::*;

use super::asking::{Asking, asking};
use super::{fields, known_now, member_name};
use crate::staff::office::office;
use crate::staff::text::{Choice, Office as Words};

const IDENTITY: [IdentityCheck; 3] =
    [IdentityCheck::IdCard, IdentityCheck::Certificate, IdentityCheck::Letter];
const LEAVE: [LeaveGround; 4] =
    [LeaveGround::Absent, LeaveGround::Recused, LeaveGround::Health, LeaveGround::LeftPost];

/// Which window is open, and for which member.
#[derive(Clone, Copy)]
pub struct Opened {
    /// Registering a seat.
    pub seat: RwSignal<Option<u32>>,
    /// Moving to another terminal.
    pub moved: RwSignal<Option<u32>>,
    /// Finding a successor.
    pub replace: RwSignal<Option<u32>>,
    /// Recording that it refuses to sign.
    pub refused: RwSignal<Option<u32>>,
}

impl Opened {
    /// None.
    pub fn new() -> Self {
        Self {
            seat: RwSignal::new(None),
            moved: RwSignal::new(None),
            replace: RwSignal::new(None),
            refused: RwSignal::new(None),
        }
    }
}

/// The windows.
pub fn opened() -> Opened {
    office().opened
}

fn index_of(member: u32) -> u8 {
    u8::try_from(member).unwrap_or_default()
}

fn name_of(member: u32) -> String {
    known_now().map(|known| member_name(&known, index_of(member))).unwrap_or_default()
}

/// Draws them.
pub fn dialogs() -> AnyView {
    let open = opened();
    view! { {seat(open.seat)}{moved(open.moved)}{replace(open.replace)}{refused(open.refused)}{pin()} }
        .into_any()
}

fn seat(open: RwSignal<Option<u32>>) -> AnyView {
    let (number, terminal) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (identity, phone) = (RwSignal::new(0_usize), RwSignal::new(false));
    // A seat has its member's number unless somebody says otherwise.
    Effect::new(move |_| {
        if let Some(member) = open.get() {
            number.set(member.to_string());
            terminal.set(String::new());
            identity.set(0);
            phone.set(false);
        }
    });
    asking(
        open,
        |member| Asking {
            title: Words::SeatDialog { name: name_of(member) }.both(),
            lead: None,
            go: Words::SeatGo.both(),
            said: Words::SeatDone.both(),
            signed: true,
            danger: false,
        },
        move |_| {
            let checks = IDENTITY.into_iter().map(|it| Choice::identity(it).both()).collect();
            view! {
                <div class="two">
                    {fields::number("seat-number", Words::SeatNumber, number)}
                    {fields::line("seat-terminal", Words::TerminalName, Some(Words::TerminalHint.both()), terminal)}
                </div>
                {fields::choice("seat-identity", Words::Identity, checks, identity)}
                {fields::tick("seat-phone", Words::Phone, phone)}
                <span class="hint">{t(Words::PhoneHint)}</span>
            }
            .into_any()
        },
        move |member| {
            let identity = IDENTITY.get(identity.get()).copied()?;
            Some(Command::SeatMember {
                member: index_of(member),
                seat: number.get().trim().parse().ok().filter(|seat| *seat > 0)?,
                terminal: fields::written(terminal)?,
                identity,
                phone_deposited: phone.get(),
            })
        },
    )
}

fn moved(open: RwSignal<Option<u32>>) -> AnyView {
    let (terminal, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    asking(
        open,
        |member| Asking {
            title: Words::MoveDialog { name: name_of(member) }.both(),
            lead: None,
            go: Words::MoveGo.both(),
            said: Words::MoveDone.both(),
            signed: false,
            danger: false,
        },
        move |_| {
            view! {
                {fields::line("move-terminal", Words::TerminalName, Some(Words::TerminalHint.both()), terminal)}
                {fields::area("move-reason", Words::MoveWhy, Some(Words::NeedHint.both()), reason)}
            }
            .into_any()
        },
        move |member| {
            Some(Command::MoveMember {
                member: index_of(member),
                terminal: fields::written(terminal)?,
                reason: fields::written(reason)?,
            })
        },
    )
}

fn replace(open: RwSignal<Option<u32>>) -> AnyView {
    let text = || RwSignal::new(String::new());
    let (ground, reason) = (RwSignal::new(0_usize), text());
    let (name, employer, code, specialty) = (text(), text(), text(), text());
    let written_code = move || {
        let code = code.get().trim().to_uppercase();
        if code.is_empty() { Some(None) } else { code.parse().ok().map(Some) }
    };
    asking(
        open,
        |member| Asking {
            title: Words::ReplaceDialog { name: name_of(member) }.both(),
            lead: Some(Words::ReplaceLead.both()),
            go: Words::ReplaceGo.both(),
            said: Words::ReplaceDone.both(),
            signed: false,
            danger: false,
        },
        move |_| {
            let grounds = LEAVE.into_iter().map(|it| Choice::leave(it).both()).collect();
            view! {
                {fields::choice("leave-ground", Words::LeaveWhy, grounds, ground)}
                {fields::area("leave-reason", Words::InWords, Some(Words::NeedHint.both()), reason)}
                <div class="two">
                    {fields::line("new-name", Words::NewName, None, name)}
                    {fields::line("new-specialty", Words::NewSpecialty, None, specialty)}
                </div>
                {fields::line("new-employer", Words::NewEmployer, None, employer)}
                {fields::line("new-code", Words::NewCode, None, code)}
                {redraw(move || written_code().is_none().then(|| view! { <p class="err" role="alert">{icon(Icon::Triangle)}{t(Words::NewCodeWrong)}</p> }).into_any())}
            }
            .into_any()
        },
        move |member| {
            let known = known_now()?;
            let leaving = known.state.member(index_of(member))?;
            // Nobody else ever gets an index: the next one is above all that there were.
            let indexes = known.state.committee.iter().flat_map(|committee| committee.members.keys());
            let index = indexes.max().copied().unwrap_or_default().checked_add(1)?;
            let successor = Member {
                index,
                name: fields::written(name)?,
                employer: fields::written(employer)?,
                employer_code: written_code()?,
                specialty: fields::written(specialty)?,
                role: if leaving.role == MemberRole::Expert {
                    MemberRole::Expert
                } else {
                    MemberRole::Representative
                },
                certificate: None,
                relations: Vec::new(),
            };
            Some(Command::ReplaceMember {
                member: index_of(member),
                ground: LEAVE.get(ground.get()).copied()?,
                reason: fields::written(reason)?,
                successor: Box::new(successor),
            })
        },
    )
}

fn refused(open: RwSignal<Option<u32>>) -> AnyView {
    let note = RwSignal::new(String::new());
    asking(
        open,
        |member| Asking {
            title: Words::RefusedDialog { name: name_of(member) }.both(),
            lead: Some(Words::RefusedLead.both()),
            go: Words::Refused.both(),
            said: Words::RefusedDone.both(),
            signed: false,
            danger: true,
        },
        move |_| fields::area("refused-note", Words::InWords, Some(Words::NeedHint.both()), note),
        move |member| {
            let report = known_now()?.state.report.as_ref()?.digest;
            Some(Command::RecordUnsigned { member: index_of(member), report, note: fields::written(note)? })
        },
    )
}

/// The one-time PIN, in large digits until it was written down.
fn pin() -> AnyView {
    let office = office();
    let open = Signal::derive(move || office.pin.with(Option::is_some));
    let label = t(Words::GivePin);
    let close = move || office.pin.set(None);
    dialog(open, label, close, move || {
        let Some(pin) = office.pin.get_untracked() else { return ().into_any() };
        let digits: Both = Both::same(format!(
            "{} {}",
            pin.pin.get(..3).unwrap_or(&pin.pin),
            pin.pin.get(3..).unwrap_or_default()
        ));
        view! {
            <div class="head">{icon(Icon::Key)}<h2>{t(Words::PinTitle { member: pin.member })}</h2></div>
            <div class="body">
                <p class="bigpin mono" id="pin-digits">{t(digits)}</p>
                <p>{t(Words::PinNote { until: pin.until.clock_text() })}</p>
            </div>
            <div class="foot"><span class="grow"></span>{button(Button::new(Words::PinClose).primary().large().id("pin-close"), close)}</div>
        }
        .into_any()
    })
}
